namespace Robustness.Tokens;

/// <summary>
/// The printable stand-ins of byte-level vocabularies (GPT-2): printable Latin-1 bytes stand for
/// themselves, the other 68 are the characters from U+0100 on, in byte order.
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] Characters = MakeCharacters();

    /// <summary>The character that stands for a byte.</summary>
    public static char ToCharacter(byte value) => Characters[value];

    /// <summary>The byte that a character stands for; false where it stands for none.</summary>
    public static bool TryToByte(char character, out byte value)
    {
        int found = Array.IndexOf(Characters, character);
        value = (byte)Math.Max(found, 0);
        return found >= 0;
    }

    /// <summary>The bytes of an entry; null where a character stands for no byte.</summary>
    public static byte[]? ToBytes(string entry)
    {
        var bytes = new byte[entry.Length];
        for (int index = 0; index < bytes.Length; index++)
        {
            if (!TryToByte(entry[index], out bytes[index]))
            {
                return null;
            }
        }
        return bytes;
    }

    /// <summary>The entry that stands for bytes.</summary>
    public static string ToEntry(ReadOnlySpan<byte> bytes)
    {
        Span<char> entry =
            bytes.Length <= 256 ? stackalloc char[bytes.Length] : new char[bytes.Length];
        for (int index = 0; index < bytes.Length; index++)
        {
            entry[index] = Characters[bytes[index]];
        }
        return new string(entry);
    }

    private static bool IsPrintable(int value) =>
        value
            is (>= '!' and <= '~')
                or (>= '\u00A1' and <= '\u00AC')
                or (>= '\u00AE' and <= '\u00FF');

    private static char[] MakeCharacters()
    {
        var characters = new char[256];
        char next = '\u0100';
        for (int value = 0; value < characters.Length; value++)
        {
            characters[value] = IsPrintable(value) ? (char)value : next++;
        }
        return characters;
    }
}

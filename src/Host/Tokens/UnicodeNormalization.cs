using System.Text;

namespace Robustness.Tokens;

/// <summary>
/// Normalisation form C (Unicode standard annex 15) from tables of our own: in a program without
/// culture data <see cref="string.Normalize()"/> returns its argument.
/// </summary>
public static class UnicodeNormalization
{
    private const int HangulBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TailBase = 0x11A7;
    private const int LeadCount = 19;
    private const int VowelCount = 21;
    private const int TailCount = 28;
    private const int HangulCount = LeadCount * VowelCount * TailCount;

    /// <summary>The text in form NFC; the same memory where it is in that form already.</summary>
    public static ReadOnlySpan<char> ToNfc(ReadOnlySpan<char> text)
    {
        // Below U+0300 every character is stable and starts anew.
        int first = text.IndexOfAnyExceptInRange('\0', '\u02FF');
        if (first < 0 || IsStable(text[first..]))
        {
            return text;
        }
        List<int> characters = Decompose(text);
        Order(characters);
        Compose(characters);
        var composed = new StringBuilder(text.Length);
        Span<char> units = stackalloc char[2];
        foreach (int character in characters)
        {
            composed.Append(units[..new Rune(character).EncodeToUtf16(units)]);
        }
        return composed.ToString();
    }

    private static bool IsStable(ReadOnlySpan<char> text)
    {
        NormalizationTable table = NormalizationTable.Instance;
        foreach (Rune rune in text.EnumerateRunes())
        {
            int character = rune.Value;
            if (table.MayChange(character) || IsVowelOrTail(character))
            {
                return false;
            }
        }
        return true;
    }

    private static bool IsVowelOrTail(int character) =>
        character is >= VowelBase and < VowelBase + VowelCount
        || character is > TailBase and < TailBase + TailCount;

    private static List<int> Decompose(ReadOnlySpan<char> text)
    {
        var characters = new List<int>(text.Length + 16);
        foreach (Rune rune in text.EnumerateRunes())
        {
            Decompose(rune.Value, characters);
        }
        return characters;
    }

    private static void Decompose(int character, List<int> characters)
    {
        int syllable = character - HangulBase;
        if (syllable is >= 0 and < HangulCount)
        {
            characters.Add(LeadBase + (syllable / (VowelCount * TailCount)));
            characters.Add(VowelBase + (syllable / TailCount % VowelCount));
            if (syllable % TailCount > 0)
            {
                characters.Add(TailBase + (syllable % TailCount));
            }
            return;
        }
        if (!NormalizationTable.Instance.TryDecompose(character, out int first, out int second))
        {
            characters.Add(character);
            return;
        }
        Decompose(first, characters);
        if (second > 0)
        {
            Decompose(second, characters);
        }
    }

    /// <summary>
    /// Sorts each run of combining characters by class, keeping equal classes' order.
    /// </summary>
    private static void Order(List<int> characters)
    {
        NormalizationTable table = NormalizationTable.Instance;
        for (int index = 1; index < characters.Count; index++)
        {
            int character = characters[index];
            int rank = table.CombiningClass(character);
            int place = index;
            while (rank > 0 && place > 0 && table.CombiningClass(characters[place - 1]) > rank)
            {
                characters[place] = characters[place - 1];
                place--;
            }
            characters[place] = character;
        }
    }

    private static void Compose(List<int> characters)
    {
        NormalizationTable table = NormalizationTable.Instance;
        int starter = -1;
        int written = 0;
        int lastClass = 0;
        for (int index = 0; index < characters.Count; index++)
        {
            int character = characters[index];
            int rank = table.CombiningClass(character);
            bool reaches = starter >= 0 && (written == starter + 1 || lastClass < rank);
            if (reaches && TryCompose(table, characters[starter], character, out int composite))
            {
                characters[starter] = composite;
                continue;
            }
            if (rank == 0)
            {
                starter = written;
            }
            lastClass = rank;
            characters[written++] = character;
        }
        characters.RemoveRange(written, characters.Count - written);
    }

    private static bool TryCompose(
        NormalizationTable table,
        int first,
        int second,
        out int composite
    )
    {
        int lead = first - LeadBase;
        int vowel = second - VowelBase;
        if (lead is >= 0 and < LeadCount && vowel is >= 0 and < VowelCount)
        {
            composite = HangulBase + (((lead * VowelCount) + vowel) * TailCount);
            return true;
        }
        int syllable = first - HangulBase;
        int tail = second - TailBase;
        bool open = syllable is >= 0 and < HangulCount && syllable % TailCount == 0;
        if (open && tail is > 0 and < TailCount)
        {
            composite = first + tail;
            return true;
        }
        return table.TryCompose(first, second, out composite);
    }
}

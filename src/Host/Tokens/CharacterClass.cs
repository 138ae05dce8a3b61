using System.Globalization;
using System.Text;

namespace Robustness.Tokens;

/// <summary>The four kinds of characters that split patterns tell apart.</summary>
internal enum CharacterClass
{
    /// <summary>Neither of the others: punctuation, symbols, marks, controls.</summary>
    Other,

    /// <summary>\p{L}.</summary>
    Letter,

    /// <summary>\p{N}.</summary>
    Number,

    /// <summary>\s: Unicode's White_Space.</summary>
    Space,
}

/// <summary>
/// Classes by code point. A regular expression of this runtime works on UTF-16 units and takes
/// letters beyond the basic plane for something else.
/// </summary>
internal static class CharacterClasses
{
    /// <summary>
    /// The class of the character that begins at an index, and its length in units.
    /// </summary>
    public static CharacterClass At(ReadOnlySpan<char> text, int index, out int length)
    {
        char unit = text[index];
        length = 1;
        if (char.IsAscii(unit))
        {
            return char.IsAsciiLetter(unit) ? CharacterClass.Letter
                : char.IsAsciiDigit(unit) ? CharacterClass.Number
                : char.IsWhiteSpace(unit) ? CharacterClass.Space
                : CharacterClass.Other;
        }
        if (char.IsWhiteSpace(unit))
        {
            return CharacterClass.Space;
        }
        Rune.DecodeFromUtf16(text[index..], out Rune rune, out length);
        return Rune.GetUnicodeCategory(rune) switch
        {
            <= UnicodeCategory.OtherLetter => CharacterClass.Letter,
            UnicodeCategory.DecimalDigitNumber
            or UnicodeCategory.LetterNumber
            or UnicodeCategory.OtherNumber => CharacterClass.Number,
            _ => CharacterClass.Other,
        };
    }

    /// <summary>The end of the run of one class that begins at an index.</summary>
    public static int RunEnd(ReadOnlySpan<char> text, int index, CharacterClass wanted)
    {
        while (index < text.Length && At(text, index, out int length) == wanted)
        {
            index += length;
        }
        return index;
    }
}

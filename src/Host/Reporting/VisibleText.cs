using System.Globalization;
using System.Text;

namespace Robustness.Reporting;

/// <summary>
/// Makes text fit to be looked at: characters that draw nothing, move the cursor, turn the
/// direction of writing or are not allowed in a page become a visible sign.
/// </summary>
internal static class VisibleText
{
    /// <summary>The sign of a line feed.</summary>
    public const string LineFeed = "↵";

    /// <summary>
    /// The text in runs; signs that stand for a character are runs of their own. A line feed
    /// becomes ↵ alone: who shows lines breaks after it.
    /// </summary>
    public static IEnumerable<(string Text, bool IsSign)> Runs(string text)
    {
        var plain = new StringBuilder();
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (Sign(rune) is not { } sign)
            {
                plain.Append(rune.ToString());
                continue;
            }
            if (plain.Length > 0)
            {
                yield return (plain.ToString(), false);
                plain.Clear();
            }
            yield return (sign, true);
        }
        if (plain.Length > 0)
        {
            yield return (plain.ToString(), false);
        }
    }

    /// <summary>The runs as one string.</summary>
    public static string Of(string text) => string.Concat(Runs(text).Select(r => r.Text));

    private static string? Sign(Rune rune) =>
        rune.Value switch
        {
            '\n' => LineFeed,
            '\t' => "⇥",
            < 0x20 => ((char)(0x2400 + rune.Value)).ToString(),
            0x7f => "␡",
            0xa0 => "⍽",
            0xfffe or 0xffff => Escape(rune),
            _ => Rune.GetUnicodeCategory(rune)
                is UnicodeCategory.Control
                    or UnicodeCategory.Format
                    or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator
                    or UnicodeCategory.OtherNotAssigned
                    or UnicodeCategory.PrivateUse
                ? Escape(rune)
                : null,
        };

    private static string Escape(Rune rune) => $"⟨{rune.Value:X4}⟩";
}

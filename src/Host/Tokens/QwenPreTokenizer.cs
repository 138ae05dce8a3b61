namespace Robustness.Tokens;

/// <summary>
/// See <see cref="Pattern"/>: single digits, line breaks kept with what precedes them.
/// </summary>
internal sealed class QwenPreTokenizer : PreTokenizer
{
    /// <summary>The pattern as tokenizer.json gives it.</summary>
    public const string Pattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
        + @"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <inheritdoc/>
    public override int PieceEnd(ReadOnlySpan<char> text, int start)
    {
        int contraction = Contraction(text, start, anyCase: true);
        if (contraction > 0)
        {
            return start + contraction;
        }
        CharacterClass kind = CharacterClasses.At(text, start, out int length);
        int next = start + length;
        if (kind == CharacterClass.Letter)
        {
            return CharacterClasses.RunEnd(text, next, kind);
        }
        if (kind == CharacterClass.Number)
        {
            return next;
        }
        CharacterClass following =
            next < text.Length ? CharacterClasses.At(text, next, out _) : CharacterClass.Space;
        if (following == CharacterClass.Letter && text[start] is not ('\r' or '\n'))
        {
            return CharacterClasses.RunEnd(text, next, CharacterClass.Letter);
        }
        bool blankBeforeOther = text[start] == ' ' && following == CharacterClass.Other;
        if (kind == CharacterClass.Other || blankBeforeOther)
        {
            int end = CharacterClasses.RunEnd(text, next, CharacterClass.Other);
            return end
                + text[end..].IndexOfAnyExcept('\r', '\n') switch
                {
                    < 0 => text.Length - end,
                    int breaks => breaks,
                };
        }
        int runEnd = CharacterClasses.RunEnd(text, start, CharacterClass.Space);
        int lastBreak = text[start..runEnd].LastIndexOfAny('\r', '\n');
        return lastBreak >= 0 ? start + lastBreak + 1 : SpaceEnd(text, start);
    }
}

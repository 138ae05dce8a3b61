namespace Robustness.Tokens;

/// <summary>
/// Cuts text into the pieces that merges never cross, by hand-written scanners that equal the
/// regular expressions of the published tokenizers, code point by code point.
/// </summary>
internal abstract class PreTokenizer
{
    /// <summary>No cuts: the whole text is one piece.</summary>
    public static PreTokenizer Whole { get; } = new WholePreTokenizer();

    /// <summary>The pattern of GPT-2 and GPT-NeoX.</summary>
    public static PreTokenizer Gpt2 { get; } = new Gpt2PreTokenizer();

    /// <summary>The pattern of Qwen2.5.</summary>
    public static PreTokenizer Qwen { get; } = new QwenPreTokenizer();

    /// <summary>The end of the piece that begins at <paramref name="start"/>.</summary>
    public abstract int PieceEnd(ReadOnlySpan<char> text, int start);

    /// <summary>
    /// Length of a contraction ('s 't 'm 'd 're 've 'll) at an index, 0 where there is none.
    /// </summary>
    private protected static int Contraction(ReadOnlySpan<char> text, int index, bool anyCase)
    {
        if (text[index] != '\'' || index + 1 >= text.Length)
        {
            return 0;
        }
        char first = Fold(text[index + 1], anyCase);
        if (first is 's' or 't' or 'm' or 'd')
        {
            return 2;
        }
        if (index + 2 >= text.Length)
        {
            return 0;
        }
        char second = Fold(text[index + 2], anyCase);
        return (first, second) is ('r', 'e') or ('v', 'e') or ('l', 'l') ? 3 : 0;
    }

    /// <summary>
    /// A run of white space: all of it at the text's end, else all but its last character, which
    /// belongs to what follows: <c>\s+(?!\S)|\s+</c>.
    /// </summary>
    private protected static int SpaceEnd(ReadOnlySpan<char> text, int start)
    {
        int end = CharacterClasses.RunEnd(text, start, CharacterClass.Space);
        return end == text.Length || end == start + 1 ? end : end - 1;
    }

    // U+017F, the long s, is an s in any case.
    private static char Fold(char letter, bool anyCase) =>
        anyCase ? (letter == '\u017F' ? 's' : char.ToLowerInvariant(letter)) : letter;

    private sealed class WholePreTokenizer : PreTokenizer
    {
        public override int PieceEnd(ReadOnlySpan<char> text, int start) => text.Length;
    }
}

namespace Robustness.Tokens;

/// <summary>
/// <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>
/// </summary>
internal sealed class Gpt2PreTokenizer : PreTokenizer
{
    /// <inheritdoc/>
    public override int PieceEnd(ReadOnlySpan<char> text, int start)
    {
        int contraction = Contraction(text, start, anyCase: false);
        if (contraction > 0)
        {
            return start + contraction;
        }
        int first = text[start] == ' ' && start + 1 < text.Length ? start + 1 : start;
        CharacterClass kind = CharacterClasses.At(text, first, out int length);
        return kind == CharacterClass.Space
            ? SpaceEnd(text, start)
            : CharacterClasses.RunEnd(text, first + length, kind);
    }
}

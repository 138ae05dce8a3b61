using System.Text;

namespace Robustness.Data;

/// <summary>
/// The clean length filter (section 2.2): a prompt must leave room for an attack, by the model's
/// own tokenizer: tokens at most context length - 24.
/// </summary>
/// <param name="Encoder">The model's tokenizer.</param>
/// <param name="ContextLength">Positions that the model has.</param>
public sealed record LengthLimit(ITextEncoder Encoder, int ContextLength)
{
    /// <summary>Positions kept free for the attack.</summary>
    public const int Headroom = 24;

    /// <summary>The longest prompt kept, in tokens.</summary>
    public int MaximumTokenCount => ContextLength - Headroom;

    /// <summary>Whether a prompt is short enough.</summary>
    public bool Fits(string text)
    {
        // Tokens are at least one byte long, so short ASCII needs no tokenizer.
        bool surely = text.Length <= MaximumTokenCount && Ascii.IsValid(text);
        return surely || Encoder.CountTokens(text) <= MaximumTokenCount;
    }
}

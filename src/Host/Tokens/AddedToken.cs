namespace Robustness.Tokens;

/// <summary>A token that is cut out of the text before it is split and merged.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">Its text.</param>
/// <param name="IsSpecial">
/// Whether it is no text: skipped when decoding, never attacked with.
/// </param>
/// <param name="IsNormalized">Whether it is looked for after normalisation, else before.</param>
internal sealed record AddedToken(int Id, string Content, bool IsSpecial, bool IsNormalized);

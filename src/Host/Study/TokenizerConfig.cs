using Robustness.Tokens;

namespace Robustness.Study;

/// <summary>Which tokenizer a model has.</summary>
public enum TokenizerKind
{
    /// <summary>One token a byte, 128 ids: plain English.</summary>
    Ascii,

    /// <summary>One token a byte, 257 ids: any text.</summary>
    Bytes,

    /// <summary>Byte pairs learned from the pretraining text.</summary>
    Bpe,
}

/// <summary>A tokenizer as a study file names it.</summary>
/// <param name="Kind">Which one.</param>
/// <param name="VocabularySize">Ids, special ones included.</param>
public sealed record TokenizerConfig(TokenizerKind Kind, int VocabularySize)
{
    /// <summary>The one of models that name none.</summary>
    public static TokenizerConfig Ascii { get; } = Of(TokenizerKind.Ascii, 0);

    /// <summary>A tokenizer of a kind.</summary>
    /// <param name="kind">Which one.</param>
    /// <param name="vocabularySize">Of byte pairs; the others have their own.</param>
    public static TokenizerConfig Of(TokenizerKind kind, int vocabularySize) =>
        new(
            kind,
            kind switch
            {
                TokenizerKind.Ascii => ByteTokenizer.Ascii.VocabularySize,
                TokenizerKind.Bytes => ByteTokenizer.Full.VocabularySize,
                _ => vocabularySize,
            }
        );
}

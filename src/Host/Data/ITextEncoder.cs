namespace Robustness.Data;

/// <summary>What data needs of a tokenizer: token counts, and ids of generated text.</summary>
public interface ITextEncoder
{
    /// <summary>The text's token ids.</summary>
    int[] Encode(string text);

    /// <summary>
    /// Writes the text's token ids and returns their number. ASCII text has at most one token for
    /// each character. Throws <see cref="ArgumentException"/> when <paramref name="ids"/> is full.
    /// </summary>
    int Encode(ReadOnlySpan<char> text, Span<int> ids);

    /// <summary>The number of tokens of a text.</summary>
    int CountTokens(ReadOnlySpan<char> text);

    /// <summary>The number of bytes of text that an id stands for.</summary>
    int ByteCount(int id);
}

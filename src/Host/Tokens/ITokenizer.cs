namespace Robustness.Tokens;

/// <summary>What models and attacks need of a tokenizer.</summary>
public interface ITokenizer
{
    /// <summary>Base entries: ids below it may be drawn at random, specials excepted.</summary>
    int BaseVocabularySize { get; }

    /// <summary>Token ids of a text; special tokens are not added.</summary>
    int[] Encode(string text);

    /// <summary>Text of token ids; special tokens are skipped.</summary>
    string Decode(ReadOnlySpan<int> ids);

    /// <summary>Whether an id is a special token.</summary>
    bool IsSpecial(int id);

    /// <summary>Whether no attack may use an id; random draws meet it and draw again.</summary>
    bool IsBanned(int id) => IsSpecial(id);

    /// <summary>
    /// [rows]: 1 for ids that no attack may propose: specials, ids beyond the vocabulary, ids
    /// that decode to nothing; else 0.
    /// </summary>
    int[] BannedMask(int rows);

    /// <summary>
    /// Whether attack tokens survive as text: the attack's text encodes to the attack, and the
    /// whole text to before, attack, after.
    /// </summary>
    bool Reencodes(ReadOnlySpan<int> before, ReadOnlySpan<int> attack, ReadOnlySpan<int> after);
}

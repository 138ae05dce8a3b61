namespace Robustness.Tokens;

/// <summary>What a tokenizer.json says, as far as byte-level tokenizers go.</summary>
internal sealed record TokenizerFile
{
    /// <summary>Base entries in the byte alphabet, with their ids.</summary>
    public required IReadOnlyDictionary<string, int> Vocabulary { get; init; }

    /// <summary>Pairs in order of rank; each is two entries with a blank between.</summary>
    public required IReadOnlyList<string> Merges { get; init; }

    /// <summary>Added tokens, special ones among them.</summary>
    public required IReadOnlyList<AddedToken> Added { get; init; }

    /// <summary>Whether text is put in form NFC first.</summary>
    public bool IsNormalized { get; init; }

    /// <summary>Where merges stop.</summary>
    public required PreTokenizer PreTokenizer { get; init; }

    /// <summary>The entry in place of bytes without one; null where every byte has one.</summary>
    public string? UnknownEntry { get; init; }
}

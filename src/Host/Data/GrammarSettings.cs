namespace Robustness.Data;

/// <summary>How often each kind of line occurs, and what counts in the loss.</summary>
public sealed record GrammarSettings
{
    /// <summary>Weight of copied words in the mix.</summary>
    public double Copy { get; init; } = 1;

    /// <summary>Weight of copied random strings in the mix.</summary>
    public double RandomCopy { get; init; } = 2;

    /// <summary>Weight of words marked as equal to the first or not.</summary>
    public double Same { get; init; } = 5;

    /// <summary>Weight of words marked as longer than the one before or not.</summary>
    public double Compare { get; init; } = 3;

    /// <summary>Weight of two labelled words with both marks.</summary>
    public double Record { get; init; } = 6;

    /// <summary>Share of the steps, from the first on, that see copied lines only.</summary>
    public double CopyPhaseShare { get; init; } = 0.25;

    /// <summary>Share of random strings among the copied lines of that phase.</summary>
    public double CopyPhaseRandomShare { get; init; } = 0.75;

    /// <summary>Share of words replaced by one to three random letters.</summary>
    public double ShortShare { get; init; } = 0.3;

    /// <summary>Loss weight of the marks; all else weighs 1.</summary>
    public float MarkWeight { get; init; } = 5;
}

namespace Robustness.Analysis;

/// <summary>Which of the counts in tables of ours stand for attack and defence compute.</summary>
public enum FlopRule
{
    /// <summary>The published rule: 2·N·T forward, 4·N·T backward.</summary>
    Paper,

    /// <summary>All operations that were run; only tables of ours have these columns.</summary>
    Executed,
}

/// <summary>How the columns of tables are read.</summary>
public sealed record TableReading
{
    /// <summary>As the published analysis reads them.</summary>
    public static TableReading Published { get; } = new();

    /// <summary>Which counts stand for compute.</summary>
    public FlopRule Flops { get; init; } = FlopRule.Paper;

    /// <summary>
    /// Counts rows as an evaluation of ours did: rates are smoothed by the rows it scored
    /// (n_examples) and compute is divided by the rows it attacked. Otherwise both go by
    /// dataset_n_val, of which an evaluation of ours may have used a part.
    /// </summary>
    public bool OwnCounts { get; init; }

    /// <summary>A column of compute under the rule.</summary>
    internal string Compute(string column) =>
        Flops == FlopRule.Executed ? $"executed_{column}" : column;
}

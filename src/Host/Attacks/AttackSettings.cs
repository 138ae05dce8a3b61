namespace Robustness.Attacks;

/// <summary>Which attack.</summary>
public enum AttackKind
{
    /// <summary>The clean text.</summary>
    Identity,

    /// <summary>Random tokens, the best of many draws (3.1).</summary>
    RandomToken,

    /// <summary>Greedy coordinate gradient (3.2).</summary>
    Gcg,
}

/// <summary>Where attack tokens are inserted in a perturbable chunk (3.0).</summary>
public enum InsertionPosition
{
    /// <summary>At its end.</summary>
    Suffix,

    /// <summary>At its beginning.</summary>
    Prefix,

    /// <summary>After 90 % of its characters.</summary>
    Infix90,
}

/// <summary>
/// The scientific settings of an attack, and the two caches that change no result.
/// </summary>
public sealed record AttackSettings
{
    /// <summary>Which attack.</summary>
    public AttackKind Kind { get; init; } = AttackKind.Gcg;

    /// <summary>A, attack tokens.</summary>
    public int TokenCount { get; init; } = 10;

    /// <summary>Iterations.</summary>
    public int IterationCount { get; init; } = 10;

    /// <summary>S, candidates an iteration (GCG).</summary>
    public int CandidateCount { get; init; } = 128;

    /// <summary>Ids considered per position (GCG).</summary>
    public int TopK { get; init; } = 256;

    /// <summary>Where the tokens go.</summary>
    public InsertionPosition Position { get; init; } = InsertionPosition.Suffix;

    /// <summary>Seed of the attack's streams.</summary>
    public long Seed { get; init; }

    /// <summary>Keep keys and values of the prompt before the attack. Changes no result.</summary>
    public bool PrefixCache { get; init; } = true;

    /// <summary>Compute a candidate's rows from its changed token on. Changes no result.</summary>
    public bool PositionReuse { get; init; } = true;

    /// <summary>Largest rows of one launch. Changes no result.</summary>
    public int LaunchRows { get; init; } = 1024;
}

namespace Robustness.Training;

/// <summary>One attacked example as the pool keeps it, and as a line of its file.</summary>
public sealed record PoolEntry
{
    /// <summary>The round that made it, from 1.</summary>
    public required int Round { get; init; }

    /// <summary>Row id of the clean row.</summary>
    public required int Row { get; init; }

    /// <summary>The prompt before the attack.</summary>
    public required string CleanText { get; init; }

    /// <summary>The prompt under the attack's final string.</summary>
    public required string AttackedText { get; init; }

    /// <summary>The true class; an attack never changes it.</summary>
    public required int Label { get; init; }

    /// <summary>Token index at which the attack begins.</summary>
    public required int TokenIndex { get; init; }

    /// <summary>Right before the attack.</summary>
    public required bool RightBefore { get; init; }

    /// <summary>Wrong under the final string.</summary>
    public required bool Success { get; init; }

    /// <summary>Loss when it was last trained on, before that update; null: not yet.</summary>
    public double? LastLoss { get; init; }
}

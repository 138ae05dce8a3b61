namespace Robustness.Training;

/// <summary>What one round of adversarial training did and cost.</summary>
public sealed record RoundOutcome
{
    /// <summary>From 1.</summary>
    public required int Round { get; init; }

    /// <summary>Iterations of the attack; 0 in the control arm.</summary>
    public required int AttackIterations { get; init; }

    /// <summary>Rows attacked, right before or not.</summary>
    public required int ExamplesAttacked { get; init; }

    /// <summary>Of those, right before the attack.</summary>
    public required int RightBeforeCount { get; init; }

    /// <summary>Of those that were right, wrong under the final text.</summary>
    public required int BrokenCount { get; init; }

    /// <summary>Examples in the adversarial pool.</summary>
    public required int PoolSize { get; init; }

    /// <summary>Clean rows trained on.</summary>
    public required int CleanRows { get; init; }

    /// <summary>Adversarial rows trained on.</summary>
    public required int AdversarialRows { get; init; }

    /// <summary>Mean loss of clean rows before their updates, last epoch; null: none.</summary>
    public required double? MeanLossClean { get; init; }

    /// <summary>
    /// Mean loss of adversarial rows before their updates, last epoch; null: none.
    /// </summary>
    public required double? MeanLossAdversarial { get; init; }

    /// <summary>Optimiser steps.</summary>
    public required int StepCount { get; init; }

    /// <summary>Tokens trained on.</summary>
    public required long TokenCount { get; init; }

    /// <summary>Of the attack, scoring of clean rows excluded.</summary>
    public required FlopTotals AttackFlops { get; init; }

    /// <summary>Of training.</summary>
    public required FlopTotals TrainingFlops { get; init; }

    /// <summary>Share of broken rows among those that were right; null when none was.</summary>
    public double? SuccessRate() =>
        RightBeforeCount == 0 ? null : (double)BrokenCount / RightBeforeCount;
}

/// <summary>What adversarial training did in all.</summary>
public sealed record AdversarialOutcome
{
    /// <summary>In order.</summary>
    public required IReadOnlyList<RoundOutcome> Rounds { get; init; }

    /// <summary>Why it ended before its last round, or null.</summary>
    public required string? StoppedEarly { get; init; }

    /// <summary>Attack and training, over all rounds.</summary>
    public FlopTotals TotalFlops() =>
        Rounds.Aggregate(default(FlopTotals), (s, r) => s + r.AttackFlops + r.TrainingFlops);
}

namespace Robustness.Analysis;

/// <summary>One iteration of one evaluation run.</summary>
public sealed record EvaluationRow
{
    /// <summary>The group it belongs to.</summary>
    public required string Group { get; init; }

    /// <summary>Label of the model's size.</summary>
    public required string ModelSize { get; init; }

    /// <summary>N, by which sizes are told apart.</summary>
    public required long Parameters { get; init; }

    /// <summary>Index of the model's seed.</summary>
    public required int Seed { get; init; }

    /// <summary>Adversarial training round; 0 is the fine-tuned model.</summary>
    public required int Round { get; init; }

    /// <summary>Attack iteration; 0 is the clean prompt.</summary>
    public required int Iteration { get; init; }

    /// <summary>Attack success rate in [0, 1].</summary>
    public required double AttackSuccessRate { get; init; }

    /// <summary>FLOPs of one iteration over all attacked rows.</summary>
    public double? FlopsPerIteration { get; init; }

    /// <summary>Nominal size of the evaluated set.</summary>
    public double? EvaluatedCount { get; init; }

    /// <summary>Rows that compute over the evaluated set is divided by, for that of one.</summary>
    public double? CostedCount { get; init; }

    /// <summary>Share of all rows right before the attack.</summary>
    public double? PreAttackAccuracy { get; init; }

    /// <summary>Rows right before the attack: those that were attacked.</summary>
    public double? AttackedCount { get; init; }

    /// <summary>Share of all rows right after the attack.</summary>
    public double? PostAttackAccuracy { get; init; }

    /// <summary>log of the mean probability of the true label, natural.</summary>
    public double? LogMeanProbability { get; init; }

    /// <summary>Mean log probability of the true label, natural.</summary>
    public double? MeanLogProbability { get; init; }

    /// <summary>Pretraining FLOPs of the model: published or the table's own.</summary>
    public double? PretrainingFlops { get; init; }

    /// <summary>When the run was created, ISO 8601 text; empty if unknown.</summary>
    public string CreatedAt { get; init; } = "";

    /// <summary>Identity of the run.</summary>
    public string RunId { get; init; } = "";
}

/// <summary>One round of one adversarial training run.</summary>
public sealed record TrainingRow
{
    /// <summary>The group it belongs to.</summary>
    public required string Group { get; init; }

    /// <summary>Label of the model's size.</summary>
    public required string ModelSize { get; init; }

    /// <summary>N, by which sizes are told apart.</summary>
    public required long Parameters { get; init; }

    /// <summary>Adversarial training round.</summary>
    public required int Round { get; init; }

    /// <summary>Attack and training FLOPs of all rounds so far; null if not recorded.</summary>
    public double? TotalFlops { get; init; }

    /// <summary>Pretraining FLOPs of the model: published or the table's own.</summary>
    public double? PretrainingFlops { get; init; }
}

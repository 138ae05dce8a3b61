namespace Robustness.Results;

/// <summary>A run that a study is made of, as <c>plan.json</c> lists it, done or not.</summary>
public sealed record PlannedRun
{
    /// <summary>Content address.</summary>
    public required string Key { get; init; }

    /// <summary>One of <see cref="StageNames"/>.</summary>
    public required string Stage { get; init; }

    /// <summary>What it is, in words.</summary>
    public required string Label { get; init; }

    /// <summary>Keys of the runs it needs.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>Estimate of the work.</summary>
    public required double EstimatedFlops { get; init; }

    /// <summary>What the tables say of it.</summary>
    public required RunLabels Labels { get; init; }

    /// <summary>
    /// Further places in the tables: the evaluation of a fine-tuned model is round 0 of every
    /// adversarial group that is evaluated in the same way.
    /// </summary>
    public IReadOnlyList<RunLabels> FurtherLabels { get; init; } = [];
}

/// <summary>The names of a run in tables and figures; empty where its stage has none.</summary>
public sealed record RunLabels
{
    /// <summary>Family, with the settings that differ within the study.</summary>
    public required string ModelFamily { get; init; }

    /// <summary>Name of the size.</summary>
    public required string ModelSize { get; init; }

    /// <summary>Width, layers and heads of the model.</summary>
    public required IReadOnlyList<int> ModelShape { get; init; }

    /// <summary>N of the classifier.</summary>
    public required long ParameterCount { get; init; }

    /// <summary>Weights and biases of the blocks and the final norm.</summary>
    public required long NonEmbeddingParameterCount { get; init; }

    /// <summary>Place of the seed in the study's list.</summary>
    public required int SeedIndex { get; init; }

    /// <summary>Task.</summary>
    public string Task { get; init; } = "";

    /// <summary>Name of the task in the catalogue; several tasks of a study may share it.</summary>
    public string TaskKind { get; init; } = "";

    /// <summary>The class label strings, class 0 first.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>Share of fine-tuning rows with random text in the chunk.</summary>
    public double ChunkNoise { get; init; }

    /// <summary>The attack of adversarial training, as labelled; empty: fine-tuned only.</summary>
    public string TrainedAttack { get; init; } = "";

    /// <summary>Where adversarial training inserts; empty: fine-tuned only.</summary>
    public string TrainedPosition { get; init; } = "";

    /// <summary>Round of adversarial training; 0 = the fine-tuned model.</summary>
    public int Round { get; init; }

    /// <summary>Attack, with the settings that differ within the study.</summary>
    public string Attack { get; init; } = "";

    /// <summary>suffix, prefix or infix90.</summary>
    public string Position { get; init; } = "";

    /// <summary>Seed of the attack's streams.</summary>
    public long AttackSeed { get; init; }

    /// <summary>Held-out rows at hand.</summary>
    public int ValidationRowCount { get; init; }
}

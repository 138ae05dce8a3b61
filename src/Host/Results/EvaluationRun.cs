namespace Robustness.Results;

/// <summary>One evaluation of a study: what the table says of it besides its outcome.</summary>
public sealed record EvaluationRun
{
    /// <summary>Content address.</summary>
    public required RunKey Key { get; init; }

    /// <summary>Family, with the settings that differ within the study.</summary>
    public required string ModelFamily { get; init; }

    /// <summary>Task, with the settings that differ within the study.</summary>
    public required string Task { get; init; }

    /// <summary>Attack, with the settings that differ within the study (<c>gcg-128</c>).</summary>
    public required string Attack { get; init; }

    /// <summary>suffix, prefix or infix90.</summary>
    public required string Position { get; init; }

    /// <summary>The attack of adversarial training, as labelled; empty: fine-tuned only.</summary>
    public string TrainedAttack { get; init; } = "";

    /// <summary>Where adversarial training inserted; empty: fine-tuned only.</summary>
    public string TrainedPosition { get; init; } = "";

    /// <summary>Round of adversarial training; 0 = the fine-tuned model.</summary>
    public int Round { get; init; }

    /// <summary>Name of the size.</summary>
    public required string ModelSize { get; init; }

    /// <summary>N of the classifier.</summary>
    public required long ParameterCount { get; init; }

    /// <summary>Index of the seed.</summary>
    public required int SeedIndex { get; init; }

    /// <summary>Seed of the attack's streams.</summary>
    public required long AttackSeed { get; init; }

    /// <summary>Share of fine-tuning rows with random text in the chunk.</summary>
    public required double ChunkNoise { get; init; }

    /// <summary>Rule <c>paper</c>.</summary>
    public required double PretrainingFlops { get; init; }

    /// <summary>Rule <c>paper</c>.</summary>
    public required double FineTuningFlops { get; init; }

    /// <summary>Rows in the validation set, before the study took its first ones.</summary>
    public required int ValidationRowCount { get; init; }

    /// <summary>What was found.</summary>
    public required EvaluationOutcome Outcome { get; init; }

    /// <summary>Family, task, training, attack and position: what is compared over sizes.</summary>
    public string Group => $"{ModelFamily}_{Task}_{TrainedOn}_{Attack}_{Position}";

    /// <summary>Our name of the model, all its rounds alike.</summary>
    public string ModelName =>
        ModelNames.Of(ModelFamily, ModelSize, Task, TrainedAttack, TrainedPosition, SeedIndex);

    private string TrainedOn => TrainedAttack.Length == 0 ? "ft" : TrainedAttack;
}

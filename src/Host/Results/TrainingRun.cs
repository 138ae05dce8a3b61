using Robustness.Training;

namespace Robustness.Results;

/// <summary>One adversarial training of a study: what its table says besides its rounds.</summary>
public sealed record TrainingRun
{
    /// <summary>Content address.</summary>
    public required RunKey Key { get; init; }

    /// <summary>Family, task, size, trained attack and position.</summary>
    public required RunLabels Labels { get; init; }

    /// <summary>Seed of training.</summary>
    public required long Seed { get; init; }

    /// <summary>Rule <c>paper</c>.</summary>
    public required double PretrainingFlops { get; init; }

    /// <summary>Rule <c>paper</c>.</summary>
    public required double FineTuningFlops { get; init; }

    /// <summary>What its rounds did.</summary>
    public required AdversarialOutcome Outcome { get; init; }

    /// <summary>Family, task, trained attack and position: what is compared over sizes.</summary>
    public string Group =>
        $"{Labels.ModelFamily}_{Labels.Task}_{Labels.TrainedAttack}_{Labels.TrainedPosition}";

    /// <summary>Our name of the model, all its rounds alike.</summary>
    public string ModelName =>
        ModelNames.Of(
            Labels.ModelFamily,
            Labels.ModelSize,
            Labels.Task,
            Labels.TrainedAttack,
            Labels.TrainedPosition,
            Labels.SeedIndex
        );
}

using Robustness.Attacks;
using Robustness.Training;

namespace Robustness.Study;

/// <summary>
/// One adversarial training of a study, on some sizes and tasks, and its evaluation.
/// </summary>
public sealed record AdversarialConfig
{
    /// <summary>Its name in the tables: trained_attack.</summary>
    public required string Label { get; init; }

    /// <summary>
    /// The settings; rounds and random text are filled in by size and classifier.
    /// </summary>
    public required AdversarialTrainingSettings Settings { get; init; }

    /// <summary>Rounds of each size that is trained.</summary>
    public required IReadOnlyDictionary<string, int> Rounds { get; init; }

    /// <summary>Tasks.</summary>
    public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>Sizes that have a control arm.</summary>
    public required IReadOnlyList<string> ControlSizes { get; init; }

    /// <summary>Random text in clean rows; null: as the classifier was fine-tuned.</summary>
    public required double? ChunkNoise { get; init; }

    /// <summary>Which rounds are evaluated.</summary>
    public required EvaluatedRounds EvaluatedRounds { get; init; }

    /// <summary>With which attacks; the label is the attack's name in the tables.</summary>
    public required IReadOnlyList<Variant<AttackSettings>> Evaluations { get; init; }

    /// <summary>On which rows.</summary>
    public required EvaluationConfig Evaluation { get; init; }

    /// <summary>The settings of one size, after a fine-tuning.</summary>
    public AdversarialTrainingSettings Of(string size, FineTuningSettings fineTuning, bool control)
    {
        ArgumentNullException.ThrowIfNull(fineTuning);
        return Settings with
        {
            RoundCount = Rounds[size],
            ChunkNoise = ChunkNoise ?? fineTuning.ChunkNoise,
            Control = control,
        };
    }

    /// <summary>The name of an arm in the tables.</summary>
    public string LabelOf(bool control) => control ? Label + "-control" : Label;
}

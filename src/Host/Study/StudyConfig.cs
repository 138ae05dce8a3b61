using Robustness.Attacks;
using Robustness.Data;
using Robustness.Models;
using Robustness.Training;

namespace Robustness.Study;

/// <summary>One point of a grid: the values that set it apart, and the settings.</summary>
/// <param name="Label">Empty where there is no grid.</param>
/// <param name="Value">The settings.</param>
public sealed record Variant<T>(string Label, T Value);

/// <summary>One size of the ladder.</summary>
/// <param name="Name">As shown.</param>
/// <param name="Model">Its shape.</param>
/// <param name="PretrainingRate">Its own learning rate in pretraining, or null.</param>
public sealed record SizeConfig(string Name, ModelConfig Model, double? PretrainingRate)
{
    /// <summary>What sets its point of the model grid apart; empty without a grid.</summary>
    public string ModelLabel { get; init; } = "";

    /// <summary>How its models read text.</summary>
    public TokenizerConfig Tokenizer { get; init; } = TokenizerConfig.Ascii;
}

/// <summary>How models are pretrained.</summary>
/// <param name="Seed">One seed for every model, or null: the study's seed of each model.</param>
/// <param name="Settings">Steps, windows, optimiser.</param>
/// <param name="Grammar">Of generated text: how often each kind of line occurs.</param>
/// <param name="WordSeed">Of the word list that generated text draws from.</param>
/// <param name="TextPath">A text file in place of the generated text, or null.</param>
public sealed record PretrainingConfig(
    long? Seed,
    PretrainingSettings Settings,
    GrammarSettings Grammar,
    long WordSeed,
    string? TextPath
);

/// <summary>Which rows are scored, and how many of the right ones are attacked.</summary>
/// <param name="RowCount">Held-out rows scored.</param>
/// <param name="AttackedRowCount">The first right ones of them.</param>
public sealed record EvaluationConfig(int RowCount, int AttackedRowCount);

/// <summary>A validated study: the axes of its grid.</summary>
public sealed record StudyConfig
{
    /// <summary>Of the study; names the output folder too.</summary>
    public required string Name { get; init; }

    /// <summary>Of the models, as in the tables.</summary>
    public required string Family { get; init; }

    /// <summary>The ladder.</summary>
    public required IReadOnlyList<SizeConfig> Sizes { get; init; }

    /// <summary>Seeds of fine-tuning, and of pretraining unless that has its own.</summary>
    public required IReadOnlyList<long> Seeds { get; init; }

    /// <summary>How models begin.</summary>
    public required IReadOnlyList<Variant<PretrainingConfig>> Pretraining { get; init; }

    /// <summary>
    /// What they are trained and attacked on; the label is the task's name in the tables.
    /// </summary>
    public required IReadOnlyList<Variant<TaskSettings>> Tasks { get; init; }

    /// <summary>How classifiers are trained.</summary>
    public required IReadOnlyList<Variant<FineTuningSettings>> FineTuning { get; init; }

    /// <summary>The attacks; the label is the attack's name in the tables.</summary>
    public required IReadOnlyList<Variant<AttackSettings>> Attacks { get; init; }

    /// <summary>Rows.</summary>
    public required EvaluationConfig Evaluation { get; init; }

    /// <summary>Adversarial trainings of the fine-tuned classifiers; may be none.</summary>
    public IReadOnlyList<AdversarialConfig> Adversarial { get; init; } = [];
}

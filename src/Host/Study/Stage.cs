using System.Text.Json.Nodes;
using Robustness.Attacks;
using Robustness.Results;
using Robustness.Tokens;
using Robustness.Training;

namespace Robustness.Study;

/// <summary>One piece of a study's work: named by its settings, done once.</summary>
public abstract record Stage
{
    /// <summary>Its content address; also the scope of its random streams.</summary>
    public required RunKey Key { get; init; }

    /// <summary>What the key is the hash of.</summary>
    public required JsonObject Settings { get; init; }

    /// <summary>The stages it needs.</summary>
    public required IReadOnlyList<RunKey> Inputs { get; init; }

    /// <summary>Of its model.</summary>
    public required Tokenizer Tokenizer { get; init; }

    /// <summary>Names in tables and figures.</summary>
    public required RunLabels Labels { get; init; }

    /// <summary>Further places in the tables that the same work fills.</summary>
    public IReadOnlyList<RunLabels> FurtherLabels { get; init; } = [];

    /// <summary>What it is, in words.</summary>
    public required string Label { get; init; }

    /// <summary>Estimate of the work.</summary>
    public required double Flops { get; init; }

    /// <summary>One of <see cref="StageNames"/>.</summary>
    public abstract string Name { get; }
}

/// <summary>Next-token training of one size.</summary>
public sealed record PretrainingStage(SizeConfig Size, PretrainingConfig Config, long Seed) : Stage
{
    /// <inheritdoc/>
    public override string Name => StageNames.Pretraining;
}

/// <summary>Training of a classifier on one task.</summary>
public sealed record FineTuningStage(StudyTask Task, FineTuningSettings Training, long Seed) : Stage
{
    /// <inheritdoc/>
    public override string Name => StageNames.FineTuning;
}

/// <summary>Rounds of attacking and training a fine-tuned classifier.</summary>
public sealed record AdversarialTrainingStage(
    StudyTask Task,
    AdversarialTrainingSettings Training,
    long Seed
) : Stage
{
    /// <inheritdoc/>
    public override string Name => StageNames.AdversarialTraining;
}

/// <summary>Accuracy and one attack of a classifier.</summary>
public sealed record EvaluationStage(
    StudyTask Task,
    EvaluationConfig Evaluation,
    AttackSettings Attack
) : Stage
{
    /// <summary>
    /// Round of adversarial training whose model it is; 0 = the fine-tuned model.
    /// </summary>
    public int Round { get; init; }

    /// <inheritdoc/>
    public override string Name => StageNames.Evaluation;
}

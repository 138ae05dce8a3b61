namespace Robustness.Training;

/// <summary>Which optimiser updates the weights.</summary>
public enum OptimizerKind
{
    /// <summary>Adafactor without relative step (the paper's).</summary>
    Adafactor,

    /// <summary>AdamW.</summary>
    AdamW,
}

/// <summary>How the learning rate moves after the warm-up.</summary>
public enum ScheduleKind
{
    /// <summary>Constant.</summary>
    Constant,

    /// <summary>Linearly to 0 at the last step.</summary>
    Linear,

    /// <summary>Constant, then linearly to 0 over the last quarter.</summary>
    WarmupStableDecay,
}

/// <summary>Optimiser, rate and schedule of one training stage.</summary>
public sealed record OptimizerSettings
{
    /// <summary>Which one.</summary>
    public OptimizerKind Kind { get; init; } = OptimizerKind.Adafactor;

    /// <summary>Largest learning rate.</summary>
    public double LearningRate { get; init; } = 1e-5;

    /// <summary>How the rate moves.</summary>
    public ScheduleKind Schedule { get; init; } = ScheduleKind.Linear;

    /// <summary>Steps of linear warm-up.</summary>
    public int WarmupSteps { get; init; }

    /// <summary>AdamW's β2.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>AdamW's decoupled decay.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Largest norm of the whole gradient; 0 = no clipping.</summary>
    public double ClipNorm { get; init; }
}

/// <summary>
/// Pretraining goes on until the model has learned what the text teaches: each skill's probe
/// (<see cref="Data.PretrainingProbe"/>) reaches an accuracy, or a cap of steps is reached.
/// </summary>
/// <param name="Accuracy">Every skill's probe must reach it, in (0, 1].</param>
/// <param name="MaxStepCount">Steps at most, the falling of the rate included.</param>
/// <param name="Interval">Steps between two looks.</param>
/// <param name="Skills">Names of the probes that count.</param>
public sealed record ProbeGate(
    double Accuracy,
    int MaxStepCount,
    int Interval,
    IReadOnlyList<string> Skills
);

/// <summary>Next-token training on generated or given text.</summary>
public sealed record PretrainingSettings
{
    /// <summary>Optimiser steps; with a gate, those of a model that passes at once.</summary>
    public int StepCount { get; init; } = 1800;

    /// <summary>Windows per step.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Tokens per window.</summary>
    public int WindowLength { get; init; } = 64;

    /// <summary>Go on at the full rate until probes are passed, or null.</summary>
    public ProbeGate? Gate { get; init; }

    /// <summary>Optimiser.</summary>
    public OptimizerSettings Optimizer { get; init; } =
        new()
        {
            Kind = OptimizerKind.AdamW,
            LearningRate = 2e-3,
            Schedule = ScheduleKind.WarmupStableDecay,
            WarmupSteps = 50,
            Beta2 = 0.98,
            WeightDecay = 0.01,
            ClipNorm = 1,
        };
}

/// <summary>Training of a classifier on a task (section 5 of the study).</summary>
public sealed record FineTuningSettings
{
    /// <summary>Optimiser steps.</summary>
    public int StepCount { get; init; } = 7500;

    /// <summary>Rows per step.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>
    /// Share of rows whose overwritable chunk carries random text, drawn anew at every use;
    /// 0 = the paper's rows.
    /// </summary>
    public double ChunkNoise { get; init; }

    /// <summary>Optimiser.</summary>
    public OptimizerSettings Optimizer { get; init; } = new();
}

/// <summary>What a training stage spent and reached.</summary>
public sealed record TrainingOutcome
{
    /// <summary>Steps done.</summary>
    public required int StepCount { get; init; }

    /// <summary>Tokens trained on.</summary>
    public required long TokenCount { get; init; }

    /// <summary>Mean loss of the last tenth of the steps.</summary>
    public required double FinalLoss { get; init; }

    /// <summary>FLOPs by the paper's rule: 6 · N · tokens.</summary>
    public required UInt128 PaperFlops { get; init; }

    /// <summary>FLOPs as executed.</summary>
    public required UInt128 ExecutedFlops { get; init; }

    /// <summary>Whether the gate was passed before its cap; null without a gate.</summary>
    public bool? GatePassed { get; init; }

    /// <summary>Accuracy of the probes at the end; null where the text has none.</summary>
    public IReadOnlyList<SkillAccuracy>? Probes { get; init; }
}

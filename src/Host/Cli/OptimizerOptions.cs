using System.CommandLine;
using Robustness.Training;

namespace Robustness.Cli;

/// <summary>
/// Options of an optimiser, under the names of the study file. Their defaults differ between
/// training from scratch and fine-tuning: both are shown, in this order.
/// </summary>
internal sealed class OptimizerOptions
{
    private readonly Option<OptimizerKind?> _kind = CheckedOption.Choice(
        "--optimizer",
        "adafactor or adamw (adamw, adafactor).",
        [("adafactor", OptimizerKind.Adafactor), ("adamw", OptimizerKind.AdamW)]
    );

    private readonly Option<double?> _rate = CheckedOption.Real(
        "--learning-rate",
        "Largest learning rate (2e-3, 1e-5).",
        0,
        above: true
    );

    private readonly Option<ScheduleKind?> _schedule = CheckedOption.Choice(
        "--schedule",
        "constant, linear or warmup_stable_decay (warmup_stable_decay, linear).",
        [
            ("constant", ScheduleKind.Constant),
            ("linear", ScheduleKind.Linear),
            ("warmup_stable_decay", ScheduleKind.WarmupStableDecay),
        ]
    );

    private readonly Option<int?> _warmup = CheckedOption.Whole(
        "--warmup",
        "Steps of linear warm-up (50, 0).",
        0
    );

    private readonly Option<double?> _beta2 = CheckedOption.Real(
        "--beta2",
        "AdamW's second decay (0.98, 0.999).",
        0,
        1
    );

    private readonly Option<double?> _weightDecay = CheckedOption.Real(
        "--weight-decay",
        "AdamW's decoupled weight decay (0.01, 0).",
        0
    );

    private readonly Option<double?> _clip = CheckedOption.Real(
        "--clip",
        "Largest norm of the whole gradient, 0 = no clipping (1, 0).",
        0
    );

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All =>
        [_kind, _rate, _schedule, _warmup, _beta2, _weightDecay, _clip];

    /// <summary>The settings, what is not given taken from the standard ones.</summary>
    public OptimizerSettings Read(ParseResult parsed, OptimizerSettings standard) =>
        new()
        {
            Kind = parsed.Sound(_kind) ?? standard.Kind,
            LearningRate = parsed.Sound(_rate) ?? standard.LearningRate,
            Schedule = parsed.Sound(_schedule) ?? standard.Schedule,
            WarmupSteps = parsed.Sound(_warmup) ?? standard.WarmupSteps,
            Beta2 = parsed.Sound(_beta2) ?? standard.Beta2,
            WeightDecay = parsed.Sound(_weightDecay) ?? standard.WeightDecay,
            ClipNorm = parsed.Sound(_clip) ?? standard.ClipNorm,
        };
}

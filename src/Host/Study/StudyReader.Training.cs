using Robustness.Training;

namespace Robustness.Study;

internal sealed partial class StudyReader
{
    private PretrainingConfig ReadPretraining(YamlSection section)
    {
        int batch = section.Integer("batch", 16, 1);
        int window = section.Integer("window", 64, 2);
        int steps = section.Integer("steps", 1800, 1);
        if (section.Has("tokens"))
        {
            if (section.Has("steps"))
            {
                faults.AddLine(
                    section.Node.Start.Line,
                    section.Field("tokens"),
                    "found both tokens and steps; allowed: one of them"
                );
            }
            long tokens = section.Whole("tokens", 1, 1, long.MaxValue);
            long perStep = (long)batch * window;
            steps = (int)Math.Clamp((tokens + perStep - 1) / perStep, 1, int.MaxValue);
        }
        var standard = new PretrainingSettings().Optimizer;
        var config = new PretrainingConfig(
            section.Has("seed") ? section.Whole("seed", 0, 0) : null,
            new PretrainingSettings
            {
                StepCount = steps,
                BatchSize = batch,
                WindowLength = window,
                Optimizer = ReadOptimizer(section, standard),
            },
            section.Real("copy_share", 0.25, 0, 1),
            section.Real("mark_weight", 5, 0, above: true),
            section.OptionalFile("text", folder)
        );
        section.RefuseUnknown();
        return config;
    }

    private FineTuningSettings ReadFineTuning(YamlSection section)
    {
        var settings = new FineTuningSettings
        {
            StepCount = section.Integer("steps", 7500, 1),
            BatchSize = section.Integer("batch", 8, 1),
            ChunkNoise = section.Real("chunk_noise", 0, 0, 1),
            Optimizer = ReadOptimizer(section, new FineTuningSettings().Optimizer),
        };
        section.RefuseUnknown();
        return settings;
    }

    private static OptimizerSettings ReadOptimizer(YamlSection section, OptimizerSettings standard)
    {
        var kind = section.Choice(
            "optimizer",
            standard.Kind,
            [("adafactor", OptimizerKind.Adafactor), ("adamw", OptimizerKind.AdamW)]
        );
        var schedule = section.Choice(
            "schedule",
            standard.Schedule,
            [
                ("constant", ScheduleKind.Constant),
                ("linear", ScheduleKind.Linear),
                ("warmup_stable_decay", ScheduleKind.WarmupStableDecay),
            ]
        );
        return new OptimizerSettings
        {
            Kind = kind,
            LearningRate = section.Real("learning_rate", standard.LearningRate, 0, above: true),
            Schedule = schedule,
            WarmupSteps = section.Integer("warmup", standard.WarmupSteps, 0),
            Beta2 = section.Real("beta2", standard.Beta2, 0, 1),
            WeightDecay = section.Real("weight_decay", standard.WeightDecay, 0),
            ClipNorm = section.Real("clip", standard.ClipNorm, 0),
        };
    }
}

using Robustness.Data;
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
        var optimizer = ReadOptimizer(section, standard);
        var config = new PretrainingConfig(
            section.Has("seed") ? section.Whole("seed", 0, 0) : null,
            new PretrainingSettings
            {
                StepCount = steps,
                BatchSize = batch,
                WindowLength = window,
                Gate = section.Has("gate")
                    ? ReadGate(section.Section("gate"), section, steps, optimizer)
                    : null,
                Optimizer = optimizer,
            },
            ReadGrammar(section),
            section.Whole("word_seed", 0, 0),
            section.OptionalFile("text", folder)
        );
        section.RefuseUnknown();
        return config;
    }

    private GrammarSettings ReadGrammar(YamlSection section)
    {
        var standard = new GrammarSettings();
        var mix = section.Section("mix");
        var grammar = new GrammarSettings
        {
            CopyPhaseShare = section.Real("copy_share", standard.CopyPhaseShare, 0, 1),
            MarkWeight = (float)section.Real("mark_weight", standard.MarkWeight, 0, above: true),
            ShortShare = section.Real("short_share", standard.ShortShare, 0, 1),
            Copy = mix.Real("copy", standard.Copy, 0),
            RandomCopy = mix.Real("random_copy", standard.RandomCopy, 0),
            Same = mix.Real("same", standard.Same, 0),
            Compare = mix.Real("compare", standard.Compare, 0),
            Record = mix.Real("record", standard.Record, 0),
        };
        mix.RefuseUnknown();
        double sum =
            grammar.Copy + grammar.RandomCopy + grammar.Same + grammar.Compare + grammar.Record;
        if (sum <= 0)
        {
            faults.AddLine(mix.Node.Start.Line, mix.Path, "all weights are 0; one must be above");
        }
        return grammar;
    }

    private ProbeGate ReadGate(
        YamlSection section,
        YamlSection parent,
        int steps,
        OptimizerSettings optimizer
    )
    {
        var skills = section.Texts("skills", ["record-same", "record-longer"]);
        foreach (string skill in skills.Where(s => !PretrainingProbe.Names.Contains(s)))
        {
            faults.AddLine(
                section.Node.Start.Line,
                section.Field("skills"),
                $"found '{skill}'; allowed: {string.Join(", ", PretrainingProbe.Names)}"
            );
        }
        if (optimizer.Schedule != ScheduleKind.WarmupStableDecay)
        {
            faults.AddLine(
                section.Node.Start.Line,
                section.Path,
                "a gate needs schedule: warmup_stable_decay"
            );
        }
        if (parent.Has("text"))
        {
            faults.AddLine(
                section.Node.Start.Line,
                section.Path,
                "found both gate and text; a text file has no probes"
            );
        }
        var gate = new ProbeGate(
            section.Real("accuracy", 0.94, 0, 1, above: true),
            section.Integer("max_steps", 2 * steps, steps),
            section.Integer("every", 50, 1),
            skills
        );
        section.RefuseUnknown();
        return gate;
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

using System.Globalization;
using Robustness.Attacks;
using Robustness.Training;
using YamlDotNet.RepresentationModel;

namespace Robustness.Study;

internal sealed partial class StudyReader
{
    private const string AdversarialField = "adversarial_training";

    private List<AdversarialConfig> ReadAdversarial(YamlSection top, StudyConfig study)
    {
        var arms = new List<AdversarialConfig>();
        if (!top.Has(AdversarialField))
        {
            return arms;
        }
        foreach (var (field, item) in top.Items(AdversarialField, "a list of trainings"))
        {
            if (Mapping(field, item) is not { } section)
            {
                continue;
            }
            string[] lists = ["sizes", "tasks", "control", "evaluated_rounds"];
            foreach (var (label, node) in SettingGrid.Expand(section.Node, lists))
            {
                arms.Add(ReadArm(new YamlSection(faults, field, node), label, study));
            }
        }
        RefuseRepeated(top, AdversarialField, [.. arms.Select(a => a.Label)]);
        return arms;
    }

    private AdversarialConfig ReadArm(YamlSection section, string label, StudyConfig study)
    {
        var preset = section.Choice<AdversarialPreset?>(
            "preset",
            null,
            [.. AdversarialPresets.All.Select(p => (p.Name, (AdversarialPreset?)p))]
        );
        int proposable = ProposableIds(study.Sizes);
        var standard = preset?.Settings ?? new AdversarialTrainingSettings();
        var attack = ReadTrainingAttack(section, standard.Attack, proposable);
        var schedule = preset?.IterationsOf(attack.Kind) ?? standard.Iterations;
        var sizes = Names(section, "sizes", [.. study.Sizes.Select(s => s.Name).Distinct()]);
        var rounds = ReadRounds(section, sizes, preset?.RoundsOf(attack.Kind), standard.RoundCount);
        var settings = ReadAdversarialSettings(section, standard) with { Attack = attack };
        int longest = rounds.Count == 0 ? 1 : rounds.Values.Max();
        settings = settings with
        {
            Iterations = ReadSchedule(section, schedule, longest, settings.Reading),
        };
        string name = AttackNames.NameOf(attack.Kind);
        var arm = new AdversarialConfig
        {
            Label = section.Text("name", label.Length == 0 ? name : $"{name}-{label}"),
            Settings = settings,
            Rounds = rounds,
            Tasks = Names(section, "tasks", [.. study.Tasks.Select(t => t.Label)]),
            ControlSizes = ReadControl(section, sizes),
            ChunkNoise = section.Has("chunk_noise") ? section.Real("chunk_noise", 0, 0, 1) : null,
            EvaluatedRounds = ReadEvaluatedRounds(section),
            Evaluation = section.Has("evaluation")
                ? ReadEvaluation(section.Section("evaluation"))
                : study.Evaluation,
            Evaluations = section.Has("evaluations")
                ? ReadAttacks(section, "evaluations", proposable)
                : study.Attacks,
        };
        section.RefuseUnknown();
        NoteFaults(section, arm);
        return arm;
    }

    private AttackSettings ReadTrainingAttack(
        YamlSection section,
        AttackSettings standard,
        int proposable
    )
    {
        var attack = section.Section("attack");
        if (attack.Has("iterations"))
        {
            faults.AddLine(
                attack.Node.Start.Line,
                attack.Field("iterations"),
                "found iterations of the attack; allowed: iterations of the training, by round"
            );
        }
        return attack.Has("name")
            ? ReadAttack(attack, proposable)
            : standard with
            {
                TopK = Math.Min(standard.TopK, Math.Max(1, proposable / 2)),
            };
    }

    private static AdversarialTrainingSettings ReadAdversarialSettings(
        YamlSection section,
        AdversarialTrainingSettings standard
    ) =>
        standard with
        {
            Reading = section.Choice(
                "schedule_rounds",
                standard.Reading,
                [
                    ("rounds", ScheduleReading.Rounds),
                    ("rounds_plus_one", ScheduleReading.RoundsPlusOne),
                ]
            ),
            ExamplesPerRound = section.Integer("examples_per_round", standard.ExamplesPerRound, 1),
            MostRows = section.Integer("most_rows", standard.MostRows, 1),
            MostAdversarialShare = section.Real(
                "most_adversarial_share",
                standard.MostAdversarialShare,
                0,
                1
            ),
            LossRankWeight = section.Real("loss_rank_weight", standard.LossRankWeight, 0, 1),
            SamplingDecay = section.Real("sampling_decay", standard.SamplingDecay, 0),
            LossRank = section.Choice(
                "loss_rank",
                standard.LossRank,
                [("correct", LossRankRule.Correct), ("as-published", LossRankRule.AsPublished)]
            ),
            Balanced = section.Choice(
                "balanced",
                standard.Balanced,
                [("true", true), ("false", false)]
            ),
            EpochCount = section.Integer("epochs", standard.EpochCount, 1),
            BatchSize = section.Integer("batch", standard.BatchSize, 1),
            Optimizer = ReadOptimizer(section, standard.Optimizer),
            StoppingSuccessRate = section.Real(
                "stopping_success_rate",
                standard.StoppingSuccessRate,
                0,
                1
            ),
            StoppingFlops = section.OptionalReal("stopping_flops", 0, above: true),
            KeepEvery = section.Integer("keep_every", standard.KeepEvery, 1),
        };

    private void NoteFaults(YamlSection section, AdversarialConfig arm)
    {
        long line = section.Node.Start.Line;
        foreach (int rounds in arm.Rounds.Values.Distinct().Order())
        {
            var settings = arm.Settings with { RoundCount = rounds };
            foreach (string fault in AdversarialFaults.Of(settings, null))
            {
                faults.AddLine(line, section.Path, fault);
            }
            var dropped = arm
                .EvaluatedRounds.Of(rounds)
                .Where(r => r > 0 && !settings.Keeps(r))
                .ToList();
            if (dropped.Count > 0)
            {
                faults.AddLine(
                    line,
                    section.Field("keep_every"),
                    Text($"found {settings.KeepEvery}, so round {dropped[0]} is not kept; ")
                        + "allowed: a number that keeps every evaluated round"
                );
            }
        }
        int most = arm.Rounds.Count == 0 ? int.MaxValue : arm.Rounds.Values.Max();
        foreach (int round in (arm.EvaluatedRounds.Listed ?? []).Where(r => r > most))
        {
            faults.AddLine(
                line,
                section.Field("evaluated_rounds"),
                Text($"found {round}; allowed: 0 to {most}, the rounds of training")
            );
        }
    }

    private static string Text(FormattableString text) =>
        text.ToString(CultureInfo.InvariantCulture);
}

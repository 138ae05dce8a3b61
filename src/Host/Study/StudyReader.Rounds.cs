using Robustness.Data;
using Robustness.Training;
using YamlDotNet.RepresentationModel;

namespace Robustness.Study;

internal sealed partial class StudyReader
{
    // A number for every size, or one per size by name.
    private Dictionary<string, int> ReadRounds(
        YamlSection section,
        IReadOnlyList<string> sizes,
        IReadOnlyDictionary<string, int>? preset,
        int standard
    )
    {
        var rounds = new Dictionary<string, int>();
        bool single = NodeOf(section, "rounds") is not YamlMappingNode;
        var bySize = single ? null : section.Section("rounds");
        int all = single ? section.Integer("rounds", standard, 1) : standard;
        foreach (string size in sizes)
        {
            if (bySize is not null)
            {
                RequireSize(bySize, size);
                rounds[size] = bySize.Integer(size, 1, 1);
            }
            else if (section.Has("rounds") || preset is null or { Count: 0 })
            {
                rounds[size] = all;
            }
            else if (preset.TryGetValue(size, out int count))
            {
                rounds[size] = count;
            }
            else
            {
                faults.AddLine(
                    section.Node.Start.Line,
                    section.Field("rounds"),
                    $"found nothing for size {size}; the preset knows "
                        + $"{string.Join(", ", preset.Keys)}; allowed: a number of rounds"
                );
            }
        }
        bySize?.RefuseUnknown();
        return rounds;
    }

    private void RequireSize(YamlSection bySize, string size)
    {
        if (!bySize.Has(size))
        {
            faults.AddLine(
                bySize.Node.Start.Line,
                bySize.Field(size),
                "found nothing; allowed: a number of rounds for every size"
            );
        }
    }

    // A number, or two of start, end and growth per round (4.2).
    private IterationSchedule ReadSchedule(
        YamlSection section,
        IterationSchedule standard,
        int rounds,
        ScheduleReading reading
    )
    {
        if (NodeOf(section, "iterations") is not YamlMappingNode)
        {
            return section.Has("iterations")
                ? IterationSchedule.Constant(section.Integer("iterations", standard.Start, 1))
                : standard;
        }
        var schedule = section.Section("iterations");
        int count = IterationSchedule.Count(rounds, reading);
        int? start = schedule.OptionalInteger("start", 1);
        int? end = schedule.OptionalInteger("end", 1);
        double? rate = schedule.Has("rate") ? schedule.Real("rate", 0, 0) : null;
        schedule.RefuseUnknown();
        if (start is not null && end is not null && rate is not null)
        {
            faults.AddLine(
                schedule.Node.Start.Line,
                schedule.Field("rate"),
                "found start, end and rate; allowed: two of them"
            );
        }
        return (start, end, rate) switch
        {
            ({ } s, { } e, _) => new IterationSchedule(s, e),
            ({ } s, null, { } r) => IterationSchedule.FromStart(s, r, count),
            (null, { } e, { } r) => IterationSchedule.FromEnd(e, r, count),
            ({ } s, null, null) => IterationSchedule.Constant(s),
            (null, { } e, null) => IterationSchedule.Constant(e),
            _ => NoSchedule(schedule, standard),
        };
    }

    private IterationSchedule NoSchedule(YamlSection schedule, IterationSchedule standard)
    {
        faults.AddLine(
            schedule.Node.Start.Line,
            schedule.Path,
            "found neither start nor end; allowed: start, end, or one of them with rate"
        );
        return standard;
    }

    private EvaluatedRounds ReadEvaluatedRounds(YamlSection section)
    {
        const string field = "evaluated_rounds";
        int points = section.Integer("evaluated_round_count", EvaluatedRounds.PaperCount, 1);
        if (NodeOf(section, field) is not YamlSequenceNode)
        {
            return section.Choice(
                field,
                EvaluatedRounds.All,
                [
                    ("all", EvaluatedRounds.All),
                    ("paper", new EvaluatedRounds(null, EvaluatedRounds.PaperCount)),
                    ("geometric", new EvaluatedRounds(null, points)),
                    ("last", new EvaluatedRounds(null, 1)),
                ]
            );
        }
        var rounds = new List<int>();
        foreach (var (name, item) in section.Items(field, "a list of rounds"))
        {
            var one = new YamlMappingNode { { "round", item } };
            rounds.Add(new YamlSection(faults, name, one).Integer("round", 0, 0));
        }
        return new EvaluatedRounds(rounds, null);
    }

    // true, false, or the sizes that have a control arm.
    private IReadOnlyList<string> ReadControl(YamlSection section, IReadOnlyList<string> sizes)
    {
        if (NodeOf(section, "control") is YamlSequenceNode)
        {
            return Names(section, "control", sizes);
        }
        return section.Flag("control", false) ? sizes : [];
    }

    // A list of known names; all of them where there is none.
    private IReadOnlyList<string> Names(
        YamlSection section,
        string field,
        IReadOnlyList<string> known
    )
    {
        var names = section.Texts(field, known);
        foreach (string name in names.Where(n => !known.Contains(n)))
        {
            faults.AddLine(
                section.Node.Start.Line,
                section.Field(field),
                $"found {name}; allowed: {string.Join(", ", known)}."
                    + NearestName.Hint(name, known)
            );
        }
        return [.. names.Where(known.Contains).Distinct()];
    }

    private static YamlNode? NodeOf(YamlSection section, string name) =>
        section.Node.Children.TryGetValue(new YamlScalarNode(name), out var node) ? node : null;
}

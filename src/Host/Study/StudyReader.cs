using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace Robustness.Study;

/// <summary>Reads the settings of a study, noting every fault on the way.</summary>
internal sealed partial class StudyReader(StudyFaults faults, string folder)
{
    /// <summary>The study; only to be used when no fault was noted.</summary>
    public StudyConfig Read(YamlMappingNode root)
    {
        var top = new YamlSection(faults, "", root);
        var models = Grid(top.Section("model"), ReadModel);
        var sizes = ReadSizes(top, models);
        var config = new StudyConfig
        {
            Name = top.RequiredText("name"),
            Family = top.Text("family", "ladder"),
            Sizes = sizes,
            Seeds = ReadSeeds(top),
            Pretraining = Grid(top.Section("pretraining"), ReadPretraining),
            Tasks = ReadTasks(top),
            FineTuning = Grid(top.Section("fine_tuning"), ReadFineTuning),
            Attacks = ReadAttacks(top, "attacks", ProposableIds(sizes)),
            Evaluation = ReadEvaluation(top.Section("evaluation")),
        };
        config = config with { Adversarial = ReadAdversarial(top, config) };
        top.RefuseUnknown();
        return config;
    }

    private long[] ReadSeeds(YamlSection top)
    {
        if (!top.Has("seeds"))
        {
            return [0];
        }
        var seeds = new List<long>();
        foreach (var (field, item) in top.Items("seeds", "a list of whole numbers from 0"))
        {
            var one = new YamlMappingNode { { "seed", item } };
            var section = new YamlSection(faults, field, one);
            seeds.Add(section.Whole("seed", 0, 0));
        }
        RefuseRepeated(
            top,
            "seeds",
            [.. seeds.Select(s => s.ToString(CultureInfo.InvariantCulture))]
        );
        return [.. seeds];
    }

    private static EvaluationConfig ReadEvaluation(YamlSection section)
    {
        int rows = section.Integer("rows", 200, 1);
        var config = new EvaluationConfig(
            rows,
            section.Integer("attacked_rows", Math.Min(rows, 200), 1, rows)
        );
        section.RefuseUnknown();
        return config;
    }

    private List<Variant<T>> Grid<T>(YamlSection section, Func<YamlSection, T> read)
    {
        var points = SettingGrid.Expand(section.Node);
        RefuseRepeated(section, [.. points.Select(p => p.Label)]);
        return
        [
            .. points.Select(point => new Variant<T>(
                point.Label,
                read(new YamlSection(faults, section.Path, point.Node))
            )),
        ];
    }

    private YamlSection? Mapping(string field, YamlNode item)
    {
        if (item is YamlMappingNode mapping)
        {
            return new YamlSection(faults, field, mapping);
        }
        faults.Add(item, field, YamlSection.Shown(item), "a mapping of settings");
        return null;
    }

    private void RefuseRepeated(YamlSection top, string field, IReadOnlyList<string> names) =>
        RefuseRepeated(top.Node.Start.Line, top.Field(field), names);

    private void RefuseRepeated(YamlSection section, IReadOnlyList<string> names) =>
        RefuseRepeated(section.Node.Start.Line, section.Path, names);

    private void RefuseRepeated(long line, string field, IReadOnlyList<string> names)
    {
        foreach (var name in names.GroupBy(n => n).Where(g => g.Count() > 1))
        {
            faults.AddLine(line, field, $"found {name.Key} more than once; allowed: each one once");
        }
    }
}

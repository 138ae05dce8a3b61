using System.Globalization;
using Robustness.Models;
using Robustness.Tokens;
using YamlDotNet.RepresentationModel;

namespace Robustness.Study;

/// <summary>Reads the settings of a study, noting every fault on the way.</summary>
internal sealed partial class StudyReader(StudyFaults faults, string folder)
{
    /// <summary>The study; only to be used when no fault was noted.</summary>
    public StudyConfig Read(YamlMappingNode root)
    {
        var top = new YamlSection(faults, "", root);
        var defaults = ReadModel(top.Section("model"));
        var config = new StudyConfig
        {
            Name = top.RequiredText("name"),
            Family = top.Text("family", "ladder"),
            Sizes = ReadSizes(top, defaults),
            Seeds = ReadSeeds(top),
            Pretraining = Grid(top.Section("pretraining"), ReadPretraining),
            Tasks = ReadTasks(top),
            FineTuning = Grid(top.Section("fine_tuning"), ReadFineTuning),
            Attacks = ReadAttacks(top, "attacks", defaults.VocabularySize),
            Evaluation = ReadEvaluation(top.Section("evaluation")),
        };
        config = config with { Adversarial = ReadAdversarial(top, config) };
        top.RefuseUnknown();
        return config;
    }

    private static ModelConfig ReadModel(YamlSection section)
    {
        var config = new ModelConfig
        {
            VocabularySize = section.Choice(
                "tokenizer",
                ByteTokenizer.Ascii.VocabularySize,
                [
                    ("ascii", ByteTokenizer.Ascii.VocabularySize),
                    ("bytes", ByteTokenizer.Full.VocabularySize),
                ]
            ),
            Width = 1,
            LayerCount = 1,
            HeadCount = 1,
            RotaryShare = section.Real("rotary_share", 0.25, 0, 1, above: true),
            RotaryBase = section.Real("rotary_base", 10000, 1, above: true),
            ContextLength = section.Integer("context", 2048, 32),
            Initialization = section.Choice(
                "initialization",
                Initialization.Published,
                [("published", Initialization.Published), ("fan_in", Initialization.FanIn)]
            ),
        };
        section.RefuseUnknown();
        return config;
    }

    private List<SizeConfig> ReadSizes(YamlSection top, ModelConfig defaults)
    {
        var sizes = new List<SizeConfig>();
        foreach (var (field, item) in top.Items("sizes", "a list of sizes"))
        {
            if (Mapping(field, item) is not { } section)
            {
                continue;
            }
            int heads = section.Integer("heads", 1, 1, 1024);
            var model = defaults with
            {
                Width = section.Integer("width", 16, 1, 65536),
                LayerCount = section.Integer("layers", 2, 1, 1024),
                HeadCount = heads,
                FeedForwardWidth = section.OptionalInteger("feed_forward", 1) ?? 0,
            };
            foreach (string fault in model.Faults())
            {
                faults.AddLine(item.Start.Line, field, fault);
            }
            string name = section.Text("name", SizeName(model.NonEmbeddingParameterCount));
            sizes.Add(
                new SizeConfig(name, model, section.OptionalReal("pretraining_rate", 0, true))
            );
            section.RefuseUnknown();
        }
        RefuseRepeated(top, "sizes", [.. sizes.Select(s => s.Name)]);
        return sizes;
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

    private List<Variant<T>> Grid<T>(YamlSection section, Func<YamlSection, T> read) =>
        [
            .. SettingGrid
                .Expand(section.Node)
                .Select(point => new Variant<T>(
                    point.Label,
                    read(new YamlSection(faults, section.Path, point.Node))
                )),
        ];

    private YamlSection? Mapping(string field, YamlNode item)
    {
        if (item is YamlMappingNode mapping)
        {
            return new YamlSection(faults, field, mapping);
        }
        faults.Add(item, field, YamlSection.Shown(item), "a mapping of settings");
        return null;
    }

    private void RefuseRepeated(YamlSection top, string field, IReadOnlyList<string> names)
    {
        foreach (var name in names.GroupBy(n => n).Where(g => g.Count() > 1))
        {
            faults.AddLine(
                top.Node.Start.Line,
                field,
                $"found {name.Key} more than once; allowed: each one once"
            );
        }
    }

    // 25472 -> 25k, 1480000 -> 1.5M: the ladder's usual names.
    private static string SizeName(long parameters) =>
        parameters < 1_000_000
            ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, parameters / 1000)}k")
            : string.Create(CultureInfo.InvariantCulture, $"{parameters / 1e6:0.#}M");
}

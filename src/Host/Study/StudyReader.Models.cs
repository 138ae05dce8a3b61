using System.Globalization;
using Robustness.Models;
using Robustness.Tokens;

namespace Robustness.Study;

internal sealed partial class StudyReader
{
    /// <summary>What the sizes of a point of the model grid share.</summary>
    private sealed record ModelDefaults(ModelConfig Model, TokenizerConfig Tokenizer);

    private static ModelDefaults ReadModel(YamlSection section)
    {
        var kind = section.Choice(
            "tokenizer",
            TokenizerKind.Ascii,
            [
                ("ascii", TokenizerKind.Ascii),
                ("bytes", TokenizerKind.Bytes),
                ("bpe", TokenizerKind.Bpe),
            ]
        );
        var tokenizer = TokenizerConfig.Of(
            kind,
            section.Integer("vocabulary", 512, BpeTrainer.SmallestVocabulary, 1 << 20)
        );
        var config = new ModelConfig
        {
            VocabularySize = tokenizer.VocabularySize,
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
            Precision = section.Choice("precision", Precision.F32, Precisions.Names),
        };
        section.RefuseUnknown();
        return new ModelDefaults(config, tokenizer);
    }

    private List<SizeConfig> ReadSizes(YamlSection top, List<Variant<ModelDefaults>> models)
    {
        var sizes = new List<SizeConfig>();
        foreach (var model in models)
        {
            List<SizeConfig> ladder =
            [
                .. top.Items("sizes", "a list of sizes")
                    .SelectMany(i =>
                        Mapping(i.Field, i.Item) is { } section ? ReadSizeGrid(section, model) : []
                    ),
            ];
            RefuseRepeated(top, "sizes", [.. ladder.Select(s => s.Name)]);
            sizes.AddRange(ladder);
        }
        return sizes;
    }

    // Points of equal parameter counts, such as 1 and 2 heads, are told apart by their values.
    private List<SizeConfig> ReadSizeGrid(YamlSection section, Variant<ModelDefaults> model)
    {
        var points = SettingGrid
            .Expand(section.Node)
            .Select(p =>
                (p.Label, Size: ReadSize(new YamlSection(faults, section.Path, p.Node), model))
            )
            .ToList();
        bool distinct = points.Select(p => p.Size.Name).Distinct().Count() == points.Count;
        return
        [
            .. points.Select(p =>
                distinct ? p.Size : p.Size with { Name = $"{p.Size.Name}-{p.Label}" }
            ),
        ];
    }

    private SizeConfig ReadSize(YamlSection section, Variant<ModelDefaults> model)
    {
        var shape = model.Value.Model with
        {
            HeadCount = section.Integer("heads", 1, 1, 1024),
            Width = section.Integer("width", 16, 1, 65536),
            LayerCount = section.Integer("layers", 2, 1, 1024),
            FeedForwardWidth = section.OptionalInteger("feed_forward", 1) ?? 0,
        };
        foreach (string fault in shape.Faults())
        {
            faults.AddLine(section.Node.Start.Line, section.Path, fault);
        }
        string name = section.Text("name", SizeName(shape.NonEmbeddingParameterCount));
        var size = new SizeConfig(name, shape, section.OptionalReal("pretraining_rate", 0, true))
        {
            ModelLabel = model.Label,
            Tokenizer = model.Value.Tokenizer,
        };
        section.RefuseUnknown();
        return size;
    }

    // 25472 -> 25k, 1480000 -> 1.5M: the ladder's usual names.
    private static string SizeName(long parameters) =>
        parameters < 1_000_000
            ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, parameters / 1000)}k")
            : string.Create(CultureInfo.InvariantCulture, $"{parameters / 1e6:0.#}M");
}

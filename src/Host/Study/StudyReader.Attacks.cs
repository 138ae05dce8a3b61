using System.Globalization;
using Robustness.Attacks;
using Robustness.Data;
using Robustness.Tokens;
using YamlDotNet.RepresentationModel;

namespace Robustness.Study;

internal sealed partial class StudyReader
{
    // Settings of tasks that are lists by nature: they make no grid.
    private static readonly string[] s_plainLists = ["text_columns", "label_values", "class_names"];

    // Ids that an attack may use with every size's tokenizer.
    private static int ProposableIds(IReadOnlyList<SizeConfig> sizes) =>
        sizes
            .Select(s => s.Tokenizer)
            .Append(sizes.Count == 0 ? TokenizerConfig.Ascii : sizes[0].Tokenizer)
            .Min(ProposableIds);

    private static int ProposableIds(TokenizerConfig tokenizer) =>
        tokenizer.Kind switch
        {
            TokenizerKind.Ascii => Proposable(ByteTokenizer.Ascii),
            TokenizerKind.Bytes => Proposable(ByteTokenizer.Full),
            _ => tokenizer.VocabularySize - 1,
        };

    private static int Proposable(ByteTokenizer tokenizer) =>
        tokenizer.BannedMask(tokenizer.VocabularySize).Count(banned => banned == 0);

    private List<Variant<AttackSettings>> ReadAttacks(YamlSection top, string list, int proposable)
    {
        var attacks = new List<Variant<AttackSettings>>();
        foreach (var (field, item) in top.Items(list, "a list of attacks"))
        {
            if (Mapping(field, item) is not { } section)
            {
                continue;
            }
            foreach (var (label, node) in SettingGrid.Expand(section.Node))
            {
                var point = new YamlSection(faults, field, node);
                string own = point.Text("label", "");
                var settings = ReadAttack(point, proposable);
                string name = AttackNames.NameOf(settings.Kind);
                attacks.Add(new Variant<AttackSettings>(Named(name, own, label), settings));
            }
        }
        RefuseRepeated(top, list, [.. attacks.Select(v => $"{v.Label} {v.Value.Position}")]);
        return attacks;
    }

    private AttackSettings ReadAttack(YamlSection section, int proposable)
    {
        var settings = new AttackSettings
        {
            Kind = section.Choice("name", AttackKind.Identity, AttackNames.All),
            TokenCount = section.Integer("tokens", 10, 1),
            IterationCount = section.Integer("iterations", 10, 1),
            CandidateCount = section.Integer("candidates", 128, 1),
            TopK = section.Integer("top_k", Math.Min(256, proposable / 2), 1, proposable),
            Position = section.Choice("position", InsertionPosition.Suffix, AttackNames.Positions),
            Seed = section.Whole("seed", 0, 0),
        };
        section.RequiredText("name");
        long pairs = (long)settings.TokenCount * settings.TopK;
        if (settings.Kind == AttackKind.Gcg && settings.CandidateCount > pairs)
        {
            faults.AddLine(
                section.Node.Start.Line,
                section.Field("candidates"),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"found {settings.CandidateCount}; {settings.TokenCount} tokens x top_k "
                ) + Allowed(settings.TopK, pairs)
            );
        }
        section.RefuseUnknown();
        return settings;
    }

    private static string Named(params string[] parts) =>
        string.Join('-', parts.Where(p => p.Length > 0));

    private List<Variant<TaskSettings>> ReadTasks(YamlSection top)
    {
        var tasks = new List<Variant<TaskSettings>>();
        foreach (var (field, item) in top.Items("tasks", "a list of tasks"))
        {
            if (Mapping(field, item) is not { } section)
            {
                continue;
            }
            foreach (var (label, node) in SettingGrid.Expand(section.Node, s_plainLists))
            {
                var point = new YamlSection(faults, field, node);
                string? own = point.OptionalText("label");
                var settings = ReadTask(point);
                tasks.Add(new Variant<TaskSettings>(Named(own ?? settings.Name, label), settings));
            }
        }
        RefuseRepeated(top, "tasks", [.. tasks.Select(t => t.Label)]);
        return tasks;
    }

    private TaskSettings ReadTask(YamlSection section)
    {
        string name = section.Choice("name", "", [.. TaskCatalog.Names.Select(n => (n, n))]);
        section.RequiredText("name");
        bool isText = name == TextClassificationTask.CatalogName;
        var settings = new TaskSettings
        {
            Name = name,
            TrainCount = section.OptionalInteger("train_rows", 1),
            Instructions = isText
                ? InstructionStyle.Paper
                : section.Choice(
                    "instructions",
                    InstructionStyle.Paper,
                    [("short", InstructionStyle.Short), ("paper", InstructionStyle.Paper)]
                ),
            WordsPath = isText ? null : section.OptionalFile("words", folder),
            WordSeed = isText ? 0 : section.Whole("word_seed", 0, 0),
            RowsPerSplit = isText ? 25000 : section.Integer("rows_per_split", 25000, 2),
            Text = isText ? ReadText(section) : null,
        };
        section.RefuseUnknown();
        return settings;
    }

    private TextClassificationSettings ReadText(YamlSection section)
    {
        var standard = new TextClassificationSettings { TrainPath = "" };
        return new TextClassificationSettings
        {
            TrainPath = RequiredFile(section, "train"),
            ValidationPath = section.OptionalFile("validation", folder),
            ValidationShare = section.Real(
                "validation_share",
                standard.ValidationShare,
                0,
                1,
                above: true
            ),
            TextColumns = section.Texts("text_columns", standard.TextColumns),
            LabelColumn = section.Text("label_column", standard.LabelColumn),
            LabelValues = Two(section, "label_values", standard.LabelValues),
            ClassNames = Two(section, "class_names", standard.ClassNames),
            Instructions = section.Text("instructions", standard.Instructions),
            DropDuplicates = section.Flag("drop_duplicates", standard.DropDuplicates),
            Shuffle = section.Flag("shuffle", standard.Shuffle),
        };
    }

    private IReadOnlyList<string> Two(
        YamlSection section,
        string name,
        IReadOnlyList<string> fallback
    )
    {
        var texts = section.Texts(name, fallback);
        if (texts.Count == 2)
        {
            return texts;
        }
        faults.AddLine(
            section.Node.Start.Line,
            section.Field(name),
            string.Create(
                CultureInfo.InvariantCulture,
                $"found {texts.Count} texts; allowed: two, class 0 first"
            )
        );
        return fallback;
    }

    private string RequiredFile(YamlSection section, string name)
    {
        if (!section.Has(name))
        {
            faults.AddMissing(
                section.Node.Start.Line,
                section.Field(name),
                "allowed: the path of a file"
            );
        }
        return section.OptionalFile(name, folder) ?? "";
    }

    private static string Allowed(int topK, long pairs) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{topK} give only {pairs} distinct swaps; allowed: at most {pairs}"
        );
}

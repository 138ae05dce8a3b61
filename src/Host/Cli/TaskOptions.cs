using System.CommandLine;
using System.Text.Json.Nodes;
using Robustness.Data;
using Robustness.Results;
using Robustness.Study;

namespace Robustness.Cli;

/// <summary>
/// Options that name a task and its data, under the names of the study file. What is not given is
/// taken from the model's own fine-tuning, else from the study file's defaults.
/// </summary>
internal sealed class TaskOptions
{
    private readonly Option<string?> _task = CheckedOption.Create<string?>(
        "--task",
        $"One of {string.Join(", ", TaskCatalog.Names)} (that of the model's fine-tuning).",
        string.Join(", ", TaskCatalog.Names),
        text => TaskCatalog.Names.Contains(text) ? text : null,
        TaskCatalog.Names
    );

    private readonly Option<string?> _instructions = CheckedOption.Text(
        "--instructions",
        "short or paper (paper); for a text task: the text before each row (none)."
    );

    private readonly Option<string?> _words = CheckedOption.Text(
        "--words",
        "A word list file of the procedural tasks (generated words)."
    );

    private readonly Option<long?> _wordSeed = CheckedOption.Long(
        "--word-seed",
        "Seed of the generated words (0)."
    );

    private readonly Option<int?> _rowsPerSplit = CheckedOption.Whole(
        "--rows-per-split",
        "Rows that a procedural task makes for each split (25000).",
        2
    );

    private readonly Option<string?> _data = CheckedOption.Text(
        "--data",
        "A text task's file: JSON Lines, CSV (either also .gz) or Parquet."
    );

    private readonly Option<string?> _validation = CheckedOption.Text(
        "--validation",
        "A second file whose rows are held out (a share of the first)."
    );

    private readonly Option<double?> _validationShare = CheckedOption.Real(
        "--validation-share",
        "Share of --data held out without a second file (0.2).",
        0,
        1,
        above: true
    );

    private readonly Option<string[]> _text = new("--text")
    {
        Description = "A column of the text; several are joined with a blank (text).",
    };

    private readonly Option<string?> _label = CheckedOption.Text(
        "--label",
        "The column of the class (label)."
    );

    private readonly Option<string[]> _classes = Pair(
        "--classes",
        "The two values of that column, class 0 first (0 1)."
    );

    private readonly Option<string[]> _classNames = Pair(
        "--class-names",
        "Their names in tables, class 0 first (\" NEGATIVE\" \" POSITIVE\")."
    );

    private readonly Option<bool?> _dropDuplicates = CheckedOption.Flag(
        "--drop-duplicates",
        "Drop rows whose text an earlier row has: true or false (true)."
    );

    private readonly Option<bool?> _shuffle = CheckedOption.Flag(
        "--shuffle",
        "Shuffle each split: true or false (true)."
    );

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All =>
        [_task, _instructions, _words, _wordSeed, _rowsPerSplit, .. OfText];

    /// <summary>Those of a text task's file.</summary>
    public IEnumerable<Option> OfText =>
        [
            _data,
            _validation,
            _validationShare,
            _text,
            _label,
            _classes,
            _classNames,
            _dropDuplicates,
            _shuffle,
        ];

    /// <summary>The text task that the options name, or null without a file.</summary>
    public TaskSettings? ReadText(ParseResult parsed, List<string> faults)
    {
        if (parsed.GetResult(_data) is not null)
        {
            string name = TextClassificationTask.CatalogName;
            return ReadText(parsed, new TaskSettings { Name = name }, faults);
        }
        foreach (var option in OfText.Where(o => parsed.GetResult(o) is not null))
        {
            faults.Add($"{option.Name}: is for a text task; name its file with --data too.");
        }
        return null;
    }

    /// <summary>The task; notes every fault and then returns something that is not used.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="model">Whose fine-tuning says what is not given; or null.</param>
    /// <param name="faults">Where faults are noted.</param>
    public TaskSettings Read(ParseResult parsed, ModelFolder? model, List<string> faults)
    {
        var recorded = model?.Origin.Task;
        string? name =
            parsed.Sound(_task)
            ?? (parsed.Sound(_data) is null ? null : TextClassificationTask.CatalogName)
            ?? (string?)recorded?["name"];
        if (name is null && (model is null || parsed.GetResult(_task) is not null))
        {
            return new TaskSettings { Name = "" }; // what is wrong is told elsewhere
        }
        if (name is null)
        {
            faults.Add(
                "--task: found nothing, and the model's folder does not tell; allowed: "
                    + string.Join(", ", TaskCatalog.Names)
                    + "."
            );
            return new TaskSettings { Name = "" };
        }
        var settings = Recorded(recorded, name);
        bool isText = name == TextClassificationTask.CatalogName;
        var foreign = isText ? new Option[] { _words, _wordSeed, _rowsPerSplit } : [.. OfText];
        foreach (var option in foreign.Where(o => parsed.GetResult(o) is not null))
        {
            faults.Add($"{option.Name}: {name} has no such setting.");
        }
        return isText
            ? ReadText(parsed, settings, faults)
            : ReadProcedural(parsed, settings, recorded, faults);
    }

    private TaskSettings ReadProcedural(
        ParseResult parsed,
        TaskSettings settings,
        JsonObject? recorded,
        List<string> faults
    )
    {
        string? words = parsed.Sound(_words);
        if (words is null && recorded?["words_path"] is not null)
        {
            faults.Add("--words: found nothing; the model was trained on a word list file.");
        }
        if (words is not null && !File.Exists(words))
        {
            faults.Add($"{words}: there is no such file.");
        }
        return settings with
        {
            Instructions = Style(parsed.Sound(_instructions), settings.Instructions, faults),
            WordsPath = words,
            WordSeed = parsed.Sound(_wordSeed) ?? settings.WordSeed,
            RowsPerSplit = parsed.Sound(_rowsPerSplit) ?? settings.RowsPerSplit,
        };
    }

    private TaskSettings ReadText(ParseResult parsed, TaskSettings settings, List<string> faults)
    {
        string? data = parsed.Sound(_data);
        string? validation = parsed.Sound(_validation);
        if (data is null)
        {
            faults.Add($"--data: found nothing; {settings.Name} needs a file.");
        }
        foreach (string? file in new[] { data, validation })
        {
            if (file is not null && !File.Exists(file))
            {
                faults.Add($"{file}: there is no such file.");
            }
        }
        if (validation is null && settings.Text?.ValidationPath is not null)
        {
            faults.Add("--validation: found nothing; the model's task had a second file.");
        }
        var text = settings.Text ?? new TextClassificationSettings { TrainPath = "" };
        return settings with
        {
            Text = text with
            {
                TrainPath = data ?? "",
                ValidationPath = validation,
                ValidationShare = parsed.Sound(_validationShare) ?? text.ValidationShare,
                TextColumns = Given(parsed, _text) ?? text.TextColumns,
                LabelColumn = parsed.Sound(_label) ?? text.LabelColumn,
                LabelValues = Given(parsed, _classes) ?? text.LabelValues,
                ClassNames = Given(parsed, _classNames) ?? text.ClassNames,
                Instructions = parsed.Sound(_instructions) ?? text.Instructions,
                DropDuplicates = parsed.Sound(_dropDuplicates) ?? text.DropDuplicates,
                Shuffle = parsed.Sound(_shuffle) ?? text.Shuffle,
            },
        };
    }

    // The settings of the model's fine-tuning where it was on the same task; its files are hashes.
    private static TaskSettings Recorded(JsonObject? recorded, string name) =>
        recorded is not null && (string?)recorded["name"] == name
            ? JsonText.FromNode<TaskSettings>(recorded)
            : new TaskSettings { Name = name };

    private static InstructionStyle Style(
        string? text,
        InstructionStyle fallback,
        List<string> faults
    )
    {
        switch (text)
        {
            case null:
                return fallback;
            case "short":
                return InstructionStyle.Short;
            case "paper":
                return InstructionStyle.Paper;
            default:
                string hint = NearestName.Hint(text, ["short", "paper"]);
                faults.Add($"--instructions: found {text}; allowed: short, paper.{hint}");
                return fallback;
        }
    }

    private static string[]? Given(ParseResult parsed, Option<string[]> option) =>
        parsed.GetResult(option) is null ? null : parsed.Sound(option);

    private static Option<string[]> Pair(string name, string description) =>
        new(name)
        {
            Description = description,
            Arity = new ArgumentArity(2, 2),
            AllowMultipleArgumentsPerToken = true,
        };
}

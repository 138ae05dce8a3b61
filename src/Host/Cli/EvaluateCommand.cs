using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Robustness.Attacks;
using Robustness.Data;
using Robustness.Results;
using Robustness.Study;

namespace Robustness.Cli;

/// <summary>
/// <c>evaluate</c>: accuracy and recall by class of a classifier on held-out rows, clean and with
/// one random insertion.
/// </summary>
internal static class EvaluateCommand
{
    public static Command Create(Terminal terminal)
    {
        var model = ModelFolder.Argument();
        var task = new TaskOptions();
        var rows = new RowOptions();
        var position = AttackOptions.Position();
        var tokens = AttackOptions.Tokens();
        var seed = CheckedOption.Long("--seed", "Seed of the inserted tokens (0).");
        var threads = CommonOptions.Threads();
        var backend = CommonOptions.Backend();
        var json = CommonOptions.Json("accuracies");
        return CheckedCommand.Create(
            "evaluate",
            "Scores a classifier on held-out rows, clean and with one random insertion: the first "
                + "draw of the attack random_token.\n\n"
                + "Examples:\n"
                + "  robustness evaluate words --rows 500\n"
                + "  robustness evaluate words --position suffix --tokens 10 --json\n"
                + "  robustness evaluate spam --data spam.jsonl --json",
            (parsed, faults) =>
            {
                var folder = ModelFolder.Open(parsed.Sound(model), faults);
                var settings = task.Read(parsed, folder, faults);
                return folder is null ? null : new Request(folder, settings);
            },
            (parsed, request) =>
            {
                var standard = new AttackSettings();
                var settings = new AttackSettings
                {
                    Kind = AttackKind.Identity,
                    Position = parsed.GetValue(position) ?? standard.Position,
                    TokenCount = parsed.GetValue(tokens) ?? standard.TokenCount,
                    Seed = parsed.GetValue(seed) ?? standard.Seed,
                };
                string scope = rows.Scope(
                    parsed,
                    request.Folder.Origin,
                    request.Task,
                    rows.RowCount(parsed),
                    settings,
                    terminal
                );
                var used = rows.Load(parsed, request.Task, request.Folder.Limit, terminal);
                int threadCount = parsed.GetValue(threads);
                var result = Score(threadCount, request.Folder, used, settings, scope, terminal);
                var summary = AccuracySummary.Count(
                    [.. used.Select(r => r.Label)],
                    result.Clean,
                    result.RandomInsertion,
                    request.Folder.Config.ClassCount
                );
                Tell(terminal, summary);
                if (parsed.GetValue(json))
                {
                    var document = Describe(request.Task, settings, scope, summary, result);
                    terminal.Output.WriteLine(document.ToJsonString(JsonText.Indented));
                }
                return 0;
            },
            [model, .. task.All, .. rows.All, position, tokens, seed, threads, backend, json]
        );
    }

    private static RowScores Score(
        int threads,
        ModelFolder folder,
        IReadOnlyList<Example> rows,
        AttackSettings settings,
        string scope,
        Terminal terminal
    )
    {
        using var backend = BackendFactory.Create(threads);
        using var model = folder.Load(backend);
        return RowScores.Of(backend, model, folder, rows, settings, scope, terminal.Cancellation);
    }

    private static void Tell(Terminal terminal, AccuracySummary summary)
    {
        Line("clean", summary.Accuracy, summary.Recall);
        Line(
            "with one random insertion",
            summary.RandomInsertionAccuracy ?? 0,
            summary.RandomInsertionRecall ?? []
        );

        void Line(string what, double accuracy, IReadOnlyList<double?> recall)
        {
            string classes = string.Join(
                ", ",
                recall.Select(
                    (r, c) =>
                        r is null
                            ? string.Create(Invariant, $"no row of class {c}")
                            : string.Create(Invariant, $"class {c} {r:0.000}")
                )
            );
            terminal.Say(
                string.Create(
                    Invariant,
                    $"{summary.RowCount} rows, {what}: accuracy {accuracy:0.000}; recall {classes}"
                )
            );
        }
    }

    private static JsonObject Describe(
        TaskSettings task,
        AttackSettings settings,
        string scope,
        AccuracySummary summary,
        RowScores result
    ) =>
        new()
        {
            ["task"] = task.Name,
            ["rows"] = summary.RowCount,
            ["rows_by_class"] = JsonText.ToNode(summary.RowsByClass),
            ["mean_prompt_tokens"] = result.MeanPromptTokens,
            ["clean"] = new JsonObject
            {
                ["correct"] = summary.CorrectCount,
                ["accuracy"] = summary.Accuracy,
                ["recall"] = JsonText.ToNode(summary.Recall),
            },
            ["random_insertion"] = new JsonObject
            {
                ["position"] = AttackNames.NameOf(settings.Position),
                ["tokens"] = settings.TokenCount,
                ["seed"] = settings.Seed,
                ["scope"] = scope,
                ["correct"] = summary.RandomInsertionCorrectCount,
                ["accuracy"] = summary.RandomInsertionAccuracy,
                ["recall"] = JsonText.ToNode(summary.RandomInsertionRecall),
            },
        };

    private static CultureInfo Invariant => CultureInfo.InvariantCulture;

    private sealed record Request(ModelFolder Folder, TaskSettings Task);
}

using System.CommandLine;
using Robustness.Attacks;
using Robustness.Data;

namespace Robustness.Cli;

/// <summary><c>attack</c>: one attack on held-out rows of a task, against one classifier.</summary>
internal static class AttackCommand
{
    public static Command Create(Terminal terminal)
    {
        var model = ModelFolder.Argument();
        var task = new TaskOptions();
        var rows = new RowOptions();
        var attackedRows = CheckedOption.Whole(
            "--attacked-rows",
            "Of the rows scored, how many are attacked: the first that are right (all).",
            1
        );
        var all = new Option<bool>("--all")
        {
            Description = "Attack rows that are wrong before the attack too.",
        };
        var attack = new AttackOptions();
        var threads = CommonOptions.Threads();
        var backend = CommonOptions.Backend();
        var json = CommonOptions.Json("one object per example");
        return CheckedCommand.Create(
            "attack",
            "Attacks a classifier on held-out rows of a task. Settings not given are those of the "
                + "study file; the task is that of the model's fine-tuning.\n\n"
                + "Examples:\n"
                + "  robustness attack words --rows 20 --json\n"
                + "  robustness attack words --attack random_token --iterations 100 --row-ids 0-9\n"
                + "  robustness attack spam --data spam.jsonl --text text --label label "
                + "--classes 0 1 --iterations 5 --rows 10",
            (parsed, faults) => Read(parsed, faults, model, task, attack),
            (parsed, request) =>
            {
                int rowCount = rows.RowCount(parsed);
                var (folder, taskSettings, settings) = request;
                return new AttackRun(terminal, folder, settings)
                {
                    Rows = rows.Load(parsed, taskSettings, folder.Limit, terminal),
                    AttackedRowCount = parsed.GetValue(attackedRows) ?? int.MaxValue,
                    All = parsed.GetValue(all),
                    Scope = rows.Scope(
                        parsed,
                        folder.Origin,
                        taskSettings,
                        parsed.GetValue(attackedRows) ?? rowCount,
                        settings,
                        terminal
                    ),
                    Json = parsed.GetValue(json),
                }.Run(() => BackendFactory.Create(parsed.GetValue(threads)));
            },
            [
                model,
                .. task.All,
                .. rows.All,
                attackedRows,
                all,
                .. attack.All,
                threads,
                backend,
                json,
            ]
        );
    }

    private static Request? Read(
        ParseResult parsed,
        List<string> faults,
        Argument<string> model,
        TaskOptions task,
        AttackOptions attack
    )
    {
        var folder = ModelFolder.Open(parsed.Sound(model), faults);
        int vocabulary = folder?.Config.VocabularySize ?? int.MaxValue;
        var taskSettings = task.Read(parsed, folder, faults);
        var settings = attack.Read(parsed, vocabulary);
        faults.AddRange(AttackOptions.Faults(settings, vocabulary));
        return folder is null ? null : new Request(folder, taskSettings, settings);
    }

    private sealed record Request(ModelFolder Folder, TaskSettings Task, AttackSettings Attack);
}

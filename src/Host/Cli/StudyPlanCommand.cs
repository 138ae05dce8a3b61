using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Robustness.Results;
using Robustness.Study;
using Spectre.Console;

namespace Robustness.Cli;

/// <summary><c>study plan</c>: the stages of a study with estimates; runs nothing.</summary>
internal static class StudyPlanCommand
{
    public static Command Create(Terminal terminal)
    {
        var source = new StudySource();
        var threads = CommonOptions.Threads();
        var json = CommonOptions.Json("the plan");
        var command = new Command(
            "plan",
            "Shows the stages of a study, with estimates of work and time.\n\n"
                + "Example:\n  robustness study plan quick"
        )
        {
            source.Study,
            threads,
            json,
        };
        foreach (var option in source.Options)
        {
            command.Options.Add(option);
        }
        command.SetAction(parsed =>
        {
            var plan = StudyPlan.Create(source.Read(parsed));
            double speed = Calibration.FlopsPerSecond() * parsed.GetValue(threads);
            double flops = plan.Stages.Sum(s => s.Flops);
            if (parsed.GetValue(json))
            {
                WriteJson(terminal.Output, plan, flops, flops / speed);
            }
            else
            {
                WriteTable(terminal.Errors, plan);
            }
            terminal.Say(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{plan.Stages.Count} stages, {flops / 1e9:0} GFLOP, about "
                        + $"{Duration.Words(flops / speed)} on {parsed.GetValue(threads)} threads"
                )
            );
            return 0;
        });
        return command;
    }

    private static void WriteJson(TextWriter output, StudyPlan plan, double flops, double seconds)
    {
        var document = new JsonObject
        {
            ["study"] = plan.Describe(),
            ["estimated_flops"] = flops,
            ["estimated_seconds"] = Math.Round(seconds, 1),
            ["stages"] = JsonText.ToNode(plan.ToPlannedRuns()),
        };
        output.WriteLine(document.ToJsonString(JsonText.Indented));
    }

    private static void WriteTable(TextWriter errors, StudyPlan plan)
    {
        var table = new Spectre.Console.Table().Border(TableBorder.Minimal);
        table.AddColumns("run", "stage", "what", "GFLOP");
        table.Columns[3].Alignment = Justify.Right;
        foreach (var stage in plan.Stages)
        {
            table.AddRow(
                stage.Key.RunId,
                stage.Name,
                Markup.Escape(stage.Label),
                string.Create(CultureInfo.InvariantCulture, $"{stage.Flops / 1e9:0.0}")
            );
        }
        AnsiConsole
            .Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(errors) })
            .Write(table);
    }
}

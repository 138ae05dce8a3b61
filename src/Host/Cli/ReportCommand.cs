using System.CommandLine;
using Robustness.Analysis;
using Robustness.Reporting;
using Robustness.Results;

namespace Robustness.Cli;

/// <summary><c>report</c>: tables and figures of a study, or of published tables, made again.</summary>
internal static class ReportCommand
{
    public static Command Create(Terminal terminal)
    {
        var folder = new Argument<string?>("folder")
        {
            Description = "A study's folder.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var paper = new Option<string?>("--paper")
        {
            Description = "A folder of published tables in place of a study.",
        };
        var output = new Option<string?>("--out")
        {
            Description = "Where the report of published tables goes.",
        };
        var convention = new Option<string>("--convention")
        {
            Description = "paper keeps the known slips of the published analysis.",
            DefaultValueFactory = _ => ConventionNames[0].Name,
        };
        convention.AcceptOnlyFromAmong([.. ConventionNames.Select(c => c.Name)]);
        var command = new Command(
            "report",
            "Makes tables, figures and report again from what is stored.\n\n"
                + "Examples:\n"
                + "  robustness report study-quick\n"
                + "  robustness report --paper published --out paper-report"
        )
        {
            folder,
            paper,
            output,
            convention,
        };
        command.SetAction(parsed =>
        {
            string? study = parsed.GetValue(folder);
            string? published = parsed.GetValue(paper);
            string? target = parsed.GetValue(output);
            if ((study is null) == (published is null))
            {
                throw new InputFaultException(
                    "report: name a study's folder or --paper with a folder, one of the two."
                );
            }
            if (study is not null)
            {
                StudyOutputs.Write(ResultStore.Open(study), terminal);
                return 0;
            }
            if (target is null)
            {
                throw new InputFaultException("report: --paper needs --out with a folder.");
            }
            var chosen = ConventionNames.First(c => c.Name == parsed.GetValue(convention)).Value;
            terminal.Say($"Report: {WritePaper(published!, target, chosen)}");
            return 0;
        });
        return command;
    }

    private static (string Name, PaperConvention Value)[] ConventionNames { get; } =
    [.. Enum.GetValues<PaperConvention>().Select(c => (c.ToString().ToLowerInvariant(), c))];

    private static string WritePaper(string folder, string target, PaperConvention convention)
    {
        try
        {
            return PaperReport.Write(folder, target, convention);
        }
        catch (PaperResultsException e)
        {
            throw new InputFaultException(e.Message);
        }
    }
}

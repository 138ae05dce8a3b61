using System.CommandLine;
using System.Globalization;
using Robustness.Analysis;
using Robustness.Reporting;
using Robustness.Results;
using Robustness.Training;

namespace Robustness.Cli;

/// <summary>
/// <c>report</c>: tables and figures of a study, or of published tables, made again.
/// </summary>
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
        var compare = new Option<string?>("--compare")
        {
            Description = "A folder of published tables to lay beside the study.",
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
        var target = CheckedOption.Create<double?>(
            "--target-asr",
            "Success rate that an attack has to reach when its compute is held against the "
                + "defence's; 0.05 unless given.",
            "a number above 0 and below 1",
            text =>
                double.TryParse(
                    text,
                    NumberStyles.Float,
                    CultureInfo.InvariantCulture,
                    out double d
                ) && d is > 0 and < 1
                    ? d
                    : null
        );
        convention.AcceptOnlyFromAmong([.. ConventionNames.Select(c => c.Name)]);
        var command = new Command(
            "report",
            "Makes tables, figures and report again from what is stored.\n\n"
                + "Examples:\n"
                + "  robustness report study-quick\n"
                + "  robustness report study-quick --target-asr 0.1\n"
                + "  robustness report study-quick --compare published\n"
                + "  robustness report --paper published --out paper-report"
        )
        {
            folder,
            paper,
            compare,
            output,
            convention,
            target,
        };
        command.SetAction(parsed =>
        {
            var chosen = ConventionNames.First(c => c.Name == parsed.GetValue(convention)).Value;
            var request = new Request(
                parsed.GetValue(folder),
                parsed.GetValue(paper),
                parsed.GetValue(compare),
                parsed.GetValue(output),
                chosen,
                parsed.GetValue(target)
            );
            Run(request, terminal);
            return 0;
        });
        return command;
    }

    private static (string Name, PaperConvention Value)[] ConventionNames { get; } =
    [.. Enum.GetValues<PaperConvention>().Select(c => (c.ToString().ToLowerInvariant(), c))];

    private static void Run(Request request, Terminal terminal)
    {
        if ((request.Study is null) == (request.Paper is null))
        {
            throw new InputFaultException(
                "report: name a study's folder or --paper with a folder, one of the two."
            );
        }
        RefuseTarget(request);
        if (request.Study is not { } study)
        {
            if (request.Compare is not null)
            {
                throw new InputFaultException("report: --compare needs a study's folder.");
            }
            string target =
                request.Output
                ?? throw new InputFaultException("report: --paper needs --out with a folder.");
            string page = Usable(() =>
                PaperReport.Write(request.Paper!, target, request.Convention)
            );
            terminal.Say($"Report: {page}");
            return;
        }
        // What cannot be used is found before anything is made again.
        var store = ResultStore.Open(study);
        var published = request.Compare is { } folder
            ? Usable(() => PaperResults.Read(folder, request.Convention))
            : null;
        RefuseEditedPools(store);
        StudyOutputs.Write(store, terminal, request.Target ?? StudyOutputs.Target);
        if (published is not null)
        {
            string page = Usable(() =>
                PaperComparisonReport.Write(study, published, study, request.Convention)
            );
            terminal.Say($"Comparison: {page}");
        }
    }

    private static void RefuseTarget(Request request)
    {
        if (request.Target is not null && request.Study is null)
        {
            throw new InputFaultException(
                "report: --target-asr needs a study's folder; published tables have their targets."
            );
        }
    }

    // The rows of a training whose pool was changed would silently be missing.
    private static void RefuseEditedPools(ResultStore store)
    {
        string[] edits =
        [
            .. StudyResults
                .Read(store)
                .Plan.Where(p => p.Stage == StageNames.AdversarialTraining)
                .Select(p => store.EditOf(new RunKey(p.Key), AdversarialTraining.PoolFile))
                .OfType<string>(),
        ];
        if (edits.Length > 0)
        {
            throw new InputFaultException(edits);
        }
    }

    private static T Usable<T>(Func<T> make)
    {
        try
        {
            return make();
        }
        catch (PaperResultsException e)
        {
            throw new InputFaultException(e.Message);
        }
    }

    private sealed record Request(
        string? Study,
        string? Paper,
        string? Compare,
        string? Output,
        PaperConvention Convention,
        double? Target
    );
}

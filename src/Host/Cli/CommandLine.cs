using System.CommandLine;
using System.CommandLine.Invocation;
using Robustness.Cli.Bench;
using Robustness.Data;
using Robustness.Results;

namespace Robustness.Cli;

/// <summary>
/// The command line: finds the verb, runs it, turns its outcome into an exit code.
/// </summary>
public static class CommandLine
{
    private const int Failed = 1;
    private const int BadInput = 2;
    private const int Interrupted = 130;

    // A token that begins with @ is a prompt like any other, not the name of a file.
    internal static ParserConfiguration Parsing { get; } =
        new() { ResponseFileTokenReplacer = null };

    /// <summary>Exit codes: 0 done, 1 the work failed, 2 bad input, 130 interrupted.</summary>
    public static int Run(IReadOnlyList<string> arguments)
    {
        using var interruption = new Interruption();
        return Run(arguments, new Terminal(Console.Out, Console.Error, interruption.Token));
    }

    /// <summary>As <see cref="Run(IReadOnlyList{string})"/>, on a terminal of one's own.</summary>
    public static int Run(IReadOnlyList<string> arguments, Terminal terminal)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(terminal);
        var root = Root(terminal);
        var parsed = root.Parse(arguments, Parsing);
        if (parsed.Action is not BriefHelp && ParseFaults.Of(parsed, arguments) is { Count: > 0 } f)
        {
            foreach (string fault in f)
            {
                terminal.Error(fault);
            }
            return BadInput;
        }
        try
        {
            return parsed.Invoke(
                new InvocationConfiguration
                {
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                    Output = terminal.Output,
                    Error = terminal.Errors,
                }
            );
        }
        catch (Exception e)
        {
            // The last catch of the program: every failure becomes a line and an exit code.
            bool verbose = parsed.GetValue(CommonOptions.Verbose);
            return Report(e, terminal, verbose);
        }
    }

    internal static RootCommand Root(Terminal terminal)
    {
        var root = new RootCommand(
            "Trains a ladder of small language models, attacks them, and reports how robustness "
                + "changes with size and compute."
        )
        {
            StudyCommand.Create(terminal),
            ModelCommand.Create(terminal),
            ReportCommand.Create(terminal),
            TrainCommand.Create(terminal),
            EvaluateCommand.Create(terminal),
            AttackCommand.Create(terminal),
            GenerateCommand.Create(terminal),
            KernelsCommand.Create(terminal),
            DoctorCommand.Create(terminal),
            BenchCommand.Create(terminal),
        };
        root.Options.Add(CommonOptions.Verbose);
        BriefHelp.Use(root);
        return root;
    }

    private static int Report(Exception exception, Terminal terminal, bool verbose)
    {
        if (exception is OperationCanceledException)
        {
            terminal.Say("Interrupted. The same command goes on from what is saved.");
            return Interrupted;
        }
        IReadOnlyList<string> lines = exception is InputFaultException faults
            ? faults.Faults
            : [exception.Message];
        foreach (string line in lines)
        {
            terminal.Error(line);
        }
        if (verbose)
        {
            terminal.Say(exception.ToString());
        }
        return exception is InputFaultException or DataException or InvalidDataException
            ? BadInput
            : Failed;
    }
}

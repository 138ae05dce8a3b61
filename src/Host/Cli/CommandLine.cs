using System.CommandLine;
using System.CommandLine.Help;
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
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction)
        {
            // An unknown verb is also a missing one; the unknown one says more.
            bool unknown = parsed.UnmatchedTokens.Count > 0;
            foreach (var error in parsed.Errors.Skip(unknown ? parsed.Errors.Count - 1 : 0))
            {
                terminal.Error($"{error.Message} See {CommandPath(parsed)} --help.");
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

    private static RootCommand Root(Terminal terminal)
    {
        var root = new RootCommand(
            "Trains a ladder of small language models, attacks them, and reports how robustness "
                + "changes with size and compute."
        )
        {
            StudyCommand.Create(terminal),
            ModelCommand.Create(terminal),
            ReportCommand.Create(terminal),
            AttackCommand.Create(terminal),
            KernelsCommand.Create(terminal),
            DoctorCommand.Create(terminal),
            BenchCommand.Create(terminal),
        };
        root.Options.Add(CommonOptions.Verbose);
        return root;
    }

    private static int Report(Exception exception, Terminal terminal, bool verbose)
    {
        if (exception is OperationCanceledException)
        {
            terminal.Say("Interrupted. The same command goes on from here.");
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

    private static string CommandPath(ParseResult parsed)
    {
        var names = new List<string>();
        for (
            var r = parsed.CommandResult;
            r is not null;
            r = r.Parent as System.CommandLine.Parsing.CommandResult
        )
        {
            names.Insert(0, r.Command is RootCommand ? "robustness" : r.Command.Name);
        }
        return string.Join(' ', names);
    }
}

using System.CommandLine;
using Robustness.Results;

namespace Robustness.Cli;

/// <summary>
/// A verb whose settings are read as a whole before any work: what does not fit together, or is
/// not there, is told together with what is wrong with single options.
/// </summary>
internal sealed class CheckedCommand : Command
{
    private CheckedCommand(
        string name,
        string description,
        Func<ParseResult, IReadOnlyList<string>> check
    )
        : base(name, description) => Check = check;

    /// <summary>Every fault of the settings, also where single options are wrong.</summary>
    public Func<ParseResult, IReadOnlyList<string>> Check { get; }

    /// <summary>A verb.</summary>
    /// <param name="name">As typed.</param>
    /// <param name="description">One paragraph, then examples.</param>
    /// <param name="read">The settings, or null; notes every fault.</param>
    /// <param name="run">The work; returns the exit code.</param>
    /// <param name="symbols">Arguments and options, in the order of the help.</param>
    public static CheckedCommand Create<T>(
        string name,
        string description,
        Func<ParseResult, List<string>, T?> read,
        Func<ParseResult, T, int> run,
        params IEnumerable<Symbol> symbols
    )
        where T : class
    {
        var command = new CheckedCommand(
            name,
            description,
            parsed =>
            {
                var faults = new List<string>();
                read(parsed, faults);
                return faults;
            }
        );
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                command.Arguments.Add(argument);
            }
            else
            {
                command.Options.Add((Option)symbol);
            }
        }
        command.SetAction(parsed =>
        {
            var faults = new List<string>();
            var settings = read(parsed, faults);
            return settings is not null && faults.Count == 0
                ? run(parsed, settings)
                : throw new InputFaultException(faults);
        });
        return command;
    }
}

using System.CommandLine;
using System.CommandLine.Parsing;
using Robustness.Data;
using Robustness.Study;

namespace Robustness.Cli;

/// <summary>What is wrong with a command line, one text for each fault, all at once.</summary>
internal static class ParseFaults
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    /// <summary>Empty when nothing is wrong.</summary>
    public static IReadOnlyList<string> Of(ParseResult parsed, IReadOnlyList<string> arguments)
    {
        string[] known = [.. Options(parsed).SelectMany(o => o.Aliases.Prepend(o.Name))];
        string[] unknown = [.. OptionsIn(arguments).Where(o => !known.Contains(o)).Distinct()];
        // The value of an unknown option looks like an argument too many; it is not told apart.
        string[] surplus = unknown.Length > 0 ? [] : [.. parsed.UnmatchedTokens];
        if (parsed.CommandResult.Command.Subcommands.Count > 0)
        {
            // What stands behind a mistyped verb is the verb's.
            surplus = [.. surplus.Take(1)];
        }
        var others = parsed
            .Errors.Select(e => e.Message)
            .Where(m => !parsed.UnmatchedTokens.Any(t => m.Contains($"'{t}'", Ordinal)))
            .Where(m => surplus.Length == 0 || !m.StartsWith("Required command", Ordinal))
            .Distinct();
        string path = PathOf(parsed);
        List<string> faults =
        [
            .. unknown.Select(o =>
                $"{o}: {path} has no such option.{NearestName.Hint(o, known)} See {path} --help."
            ),
            .. surplus.Select(a => $"{Surplus(parsed, path, a)} See {path} --help."),
            .. others.Select(m => $"{m} See {path} --help."),
        ];
        // An unknown option that was taken for an argument would only be told once more.
        bool displaced = unknown.Except(parsed.UnmatchedTokens).Any();
        if (
            faults.Count > 0
            && !displaced
            && parsed.CommandResult.Command is CheckedCommand command
        )
        {
            faults.AddRange(command.Check(parsed));
        }
        return faults;
    }

    /// <summary>The command as typed, for instance <c>robustness study run</c>.</summary>
    private static string PathOf(ParseResult parsed) =>
        string.Join(
            ' ',
            Results(parsed)
                .Reverse()
                .Select(r => r.Command is RootCommand ? "robustness" : r.Command.Name)
        );

    // From the verb up to the program.
    private static IEnumerable<CommandResult> Results(ParseResult parsed)
    {
        for (var r = parsed.CommandResult; r is not null; r = r.Parent as CommandResult)
        {
            yield return r;
        }
    }

    private static IEnumerable<Option> Options(ParseResult parsed) =>
        Results(parsed)
            .SelectMany((r, level) => r.Command.Options.Where(o => level == 0 || o.Recursive));

    // Names of options as typed, up to the -- after which everything is an argument.
    private static IEnumerable<string> OptionsIn(IReadOnlyList<string> arguments) =>
        arguments
            .TakeWhile(a => a != "--")
            .Where(a => a.StartsWith("--", Ordinal))
            .Select(a => a.Split('=', ':')[0]);

    private static string Surplus(ParseResult parsed, string path, string argument)
    {
        string[] verbs = [.. parsed.CommandResult.Command.Subcommands.Select(c => c.Name)];
        return verbs.Length == 0
            ? $"{argument}: {path} takes no such argument."
            : $"{argument}: {path} has no such verb; it has {string.Join(", ", verbs)}."
                + NearestName.Hint(argument, verbs);
    }
}

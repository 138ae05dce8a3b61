using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Robustness.Cli;

/// <summary>
/// Help in which the verbs of a list have one paragraph each; examples are in theirs.
/// </summary>
internal sealed class BriefHelp(HelpAction whole) : SynchronousCommandLineAction
{
    /// <summary>Takes the place of a program's help.</summary>
    public static void Use(RootCommand root)
    {
        foreach (var option in root.Options.OfType<HelpOption>())
        {
            option.Action = new BriefHelp((HelpAction)option.Action!);
        }
    }

    public override int Invoke(ParseResult parseResult)
    {
        foreach (var verb in parseResult.CommandResult.Command.Subcommands)
        {
            verb.Description = verb.Description?.Split("\n\n")[0];
        }
        return whole.Invoke(parseResult);
    }
}

namespace Robustness.Cli;

/// <summary>The command line: finds the verb, runs it, turns its outcome into an exit code.</summary>
public static class CommandLine
{
    /// <summary>Exit codes: 0 done, 1 the work failed, 2 bad input, 130 interrupted.</summary>
    public static int Run(IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        return arguments.Count == 0 ? 2 : 0;
    }
}

using Robustness.Emulator;
using Robustness.Results;

namespace Robustness.Cli.Kernels;

/// <summary>The names of the emulator's checks on the command line and in reports.</summary>
internal static class CheckList
{
    private static readonly (string Name, EmulatorChecks Check)[] s_checks =
    [
        ("bounds", EmulatorChecks.Bounds),
        ("align", EmulatorChecks.Align),
        ("race", EmulatorChecks.Race),
        ("barrier", EmulatorChecks.Barrier),
        ("uninitialized", EmulatorChecks.Uninitialized),
        ("runaway", EmulatorChecks.Runaway),
    ];

    public static string Names { get; } = string.Join(", ", s_checks.Select(c => c.Name));

    /// <summary>Reads a comma separated list, <c>all</c> or <c>none</c>.</summary>
    public static EmulatorChecks Parse(string list)
    {
        if (list is "all" or "none")
        {
            return list == "all" ? EmulatorChecks.All : EmulatorChecks.None;
        }
        var checks = EmulatorChecks.None;
        foreach (string name in list.Split(',', StringSplitOptions.TrimEntries))
        {
            int index = Array.FindIndex(s_checks, c => c.Name == name);
            if (index < 0)
            {
                throw new InputFaultException(
                    $"--check: found '{name}'; allowed: all, none, or a list of {Names}."
                );
            }
            checks |= s_checks[index].Check;
        }
        return checks;
    }

    public static IReadOnlyList<string> NamesOf(EmulatorChecks checks) =>
        [.. s_checks.Where(c => checks.HasFlag(c.Check)).Select(c => c.Name)];
}

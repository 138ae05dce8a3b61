using System.CommandLine;
using System.Globalization;

namespace Robustness.Cli;

/// <summary>Options that several verbs share, each made anew for a verb but for one.</summary>
internal static class CommonOptions
{
    /// <summary>On every verb.</summary>
    public static Option<bool> Verbose { get; } =
        new("--verbose") { Description = "Show where an error came from.", Recursive = true };

    public static Option<bool> Json(string what) =>
        new("--json") { Description = $"Print {what} as JSON on standard output." };

    public static Option<int> Threads() =>
        CheckedOption.Whole(
            "--threads",
            "Threads that compute. Changes no result.",
            _ => Environment.ProcessorCount,
            1
        );

    public static Option<string> Backend()
    {
        string allowed = string.Join(", ", BackendFactory.Names);
        var option = CheckedOption.Create<string>(
            "--backend",
            $"Where to compute: {allowed}.",
            $"{allowed}; this version has no other",
            text => BackendFactory.Names.Contains(text) ? text : null,
            BackendFactory.Names
        );
        option.DefaultValueFactory = _ => BackendFactory.Names[0];
        return option;
    }

    public static Option<bool> NoPrefixCache() =>
        new("--no-prefix-cache")
        {
            Description = "Compute the prompt before the attack anew each time. Same results.",
        };

    public static Option<bool> NoPositionReuse() =>
        new("--no-position-reuse")
        {
            Description = "Compute candidates from the attack's first token on. Same results.",
        };

    /// <summary>Refuses values below a bound.</summary>
    public static Option<int> AtLeast(Option<int> option, int least)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<int>() < least)
            {
                result.AddError(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{option.Name}: found {result.Tokens[0].Value}; allowed: a whole "
                            + $"number from {least}."
                    )
                );
            }
        });
        return option;
    }
}

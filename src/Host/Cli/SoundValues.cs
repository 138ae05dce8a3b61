using System.CommandLine;

namespace Robustness.Cli;

/// <summary>Values of a command line that may have faults.</summary>
internal static class SoundValues
{
    /// <summary>An option's value; the default where what was given is at fault.</summary>
    public static T? Sound<T>(this ParseResult parsed, Option<T> option) =>
        parsed.GetResult(option)?.Errors.Any() == true ? default : parsed.GetValue(option);

    /// <summary>An argument's value; the default where it is missing.</summary>
    public static T? Sound<T>(this ParseResult parsed, Argument<T> argument) =>
        parsed.GetResult(argument)?.Errors.Any() == true ? default : parsed.GetValue(argument);
}

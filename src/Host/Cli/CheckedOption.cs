using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Robustness.Data;
using Robustness.Study;

namespace Robustness.Cli;

/// <summary>
/// Makes options that read their own value: a wrong one is told in one line with what was found
/// and what is allowed, and the others are read all the same. Null = not given.
/// </summary>
internal static class CheckedOption
{
    /// <summary>A whole number within bounds.</summary>
    public static Option<int?> Whole(
        string name,
        string description,
        int least,
        int most = int.MaxValue
    ) =>
        Create<int?>(
            name,
            description,
            Bounds("a whole number", "from", least, most, int.MaxValue),
            text => Whole(text, least, most)
        );

    /// <summary>A whole number from a bound, with a default that help shows.</summary>
    public static Option<int> Whole(
        string name,
        string description,
        Func<ArgumentResult, int> fallback,
        int least
    ) =>
        new(name)
        {
            Description = description,
            Arity = ArgumentArity.ExactlyOne,
            DefaultValueFactory = fallback,
            CustomParser = result =>
                Value<int?>(
                    result,
                    Bounds("a whole number", "from", least, int.MaxValue, int.MaxValue),
                    text => Whole(text, least, int.MaxValue),
                    null
                ) ?? least,
        };

    /// <summary>A whole number from 0, up to 63 bits.</summary>
    public static Option<long?> Long(string name, string description) =>
        Create<long?>(
            name,
            description,
            "a whole number from 0",
            text =>
                long.TryParse(text, NumberStyles.AllowLeadingSign, Invariant, out long value)
                && value >= 0
                    ? value
                    : null
        );

    /// <summary>A number within bounds, the lower one excluded when above.</summary>
    public static Option<double?> Real(
        string name,
        string description,
        double least,
        double most = double.MaxValue,
        bool above = false
    ) =>
        Create<double?>(
            name,
            description,
            Bounds("a number", above ? "above" : "from", least, most, double.MaxValue),
            text =>
                double.TryParse(text, NumberStyles.Float, Invariant, out double value)
                && value >= least
                && value <= most
                && !(above && value == least)
                    ? value
                    : null
        );

    /// <summary>One of some names, each with what it means.</summary>
    public static Option<T?> Choice<T>(
        string name,
        string description,
        IReadOnlyList<(string Name, T Value)> choices
    )
        where T : struct
    {
        string[] names = [.. choices.Select(c => c.Name)];
        var option = Create<T?>(
            name,
            description,
            string.Join(", ", names),
            text => names.Contains(text) ? choices.First(c => c.Name == text).Value : null,
            names
        );
        option.CompletionSources.Add(names);
        return option;
    }

    /// <summary>true or false.</summary>
    public static Option<bool?> Flag(string name, string description) =>
        Choice(name, description, [("true", true), ("false", false)]);

    /// <summary>Any text.</summary>
    public static Option<string?> Text(string name, string description) =>
        new(name) { Description = description };

    /// <summary>An option with a reading of its own; null = not allowed.</summary>
    public static Option<T> Create<T>(
        string name,
        string description,
        string allowed,
        Func<string, T?> read,
        IReadOnlyList<string>? names = null
    ) =>
        new(name)
        {
            Description = description,
            Arity = ArgumentArity.ExactlyOne,
            CustomParser = result => Value(result, allowed, read, names),
        };

    private static T? Value<T>(
        ArgumentResult result,
        string allowed,
        Func<string, T?> read,
        IReadOnlyList<string>? names
    )
    {
        string text = result.Tokens[0].Value;
        if (read(text) is { } value)
        {
            return value;
        }
        string name = ((OptionResult)result.Parent!).Option.Name;
        string hint = names is null ? "" : NearestName.Hint(text, names);
        result.AddError($"{name}: found {text}; allowed: {allowed}.{hint}");
        return default;
    }

    private static int? Whole(string text, int least, int most) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, Invariant, out long value)
        && value >= least
        && value <= most
            ? (int)value
            : null;

    private static CultureInfo Invariant => CultureInfo.InvariantCulture;

    private static string Bounds(
        string kind,
        string lower,
        double least,
        double most,
        double unbounded
    )
    {
        string upper = most == unbounded ? "" : string.Create(Invariant, $" up to {most}");
        return string.Create(Invariant, $"{kind} {lower} {least}{upper}");
    }
}

using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Robustness.Results;

namespace Robustness.Cli.Bench;

/// <summary>Options that the bench verbs share, and what is done with a report.</summary>
internal sealed class BenchOptions
{
    private readonly BenchLayout _layout;
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly Option<bool> _json = CommonOptions.Json("the report");
    private readonly Option<string> _compare = new("--compare")
    {
        Description = "An older --json report of the same bench: prints new / old.",
        HelpName = "OLD.json",
    };

    public BenchOptions(Command command, BenchLayout layout)
    {
        _layout = layout;
        command.Options.Add(_threads);
        command.Options.Add(_json);
        command.Options.Add(_compare);
    }

    /// <summary>Threads that compute.</summary>
    public int Threads(ParseResult parsed) => parsed.GetValue(_threads);

    /// <summary>Measures, then writes report, table and comparison.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="measure">Makes the report.</param>
    /// <returns>The exit code.</returns>
    public int Run<TReport>(Terminal terminal, ParseResult parsed, Func<TReport> measure)
    {
        // An old report that cannot be read is told before minutes are spent.
        var old = parsed.GetValue(_compare) is { } path ? Read(path) : null;
        var report = JsonText.ToObject(measure());
        if (parsed.GetValue(_json))
        {
            terminal.Output.WriteLine(report.ToJsonString(JsonText.Indented));
        }
        BenchTable.Show(terminal, _layout, report);
        if (old is not null)
        {
            BenchTable.Compare(terminal, _layout, old, report);
        }
        return 0;
    }

    /// <summary>A count option.</summary>
    public static Option<int> Count(string name, int value, string description, int least = 1) =>
        CommonOptions.AtLeast(
            new Option<int>(name) { Description = description, DefaultValueFactory = _ => value },
            least
        );

    /// <summary>A list of sizes like <c>32x128,64x256</c>; null when it is not given.</summary>
    public static Option<string?> Sizes(string shape, string description) =>
        new("--sizes") { Description = description, HelpName = shape + ",..." };

    /// <summary>The sizes of an option's text.</summary>
    /// <param name="option">Its name.</param>
    /// <param name="text">What was given.</param>
    /// <param name="shape">For instance <c>MxNxK</c>.</param>
    /// <exception cref="InputFaultException">It is no such list.</exception>
    public static int[][] Parse(string option, string text, string shape)
    {
        int parts = shape.Split('x').Length;
        string[][] items = [.. text.Split(',').Select(item => item.Trim().Split('x'))];
        int[][] sizes = [.. items.Select(item => item.Select(Number).ToArray())];
        return sizes.All(size => size.Length == parts && size.All(number => number > 0))
            ? sizes
            : throw new InputFaultException(
                $"{option}: found '{text}'; allowed: {shape} with whole numbers from 1, "
                    + "several of them separated by commas."
            );

        static int Number(string digits) =>
            int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                ? number
                : 0;
    }

    private JsonObject Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new InputFaultException($"--compare {path}: there is no such file.");
        }
        try
        {
            if (
                JsonNode.Parse(File.ReadAllText(path)) is JsonObject report
                && report["results"] is JsonArray
                && (string?)report["bench"] == _layout.Bench
            )
            {
                return report;
            }
        }
        catch (JsonException)
        {
            // Told below, as any other file that is no report.
        }
        throw new InputFaultException(
            $"--compare {path}: found something else; allowed: what bench {_layout.Bench} --json "
                + "wrote."
        );
    }
}

using System.Globalization;
using System.Text.Json.Nodes;

namespace Robustness.Cli.Bench;

/// <summary>A bench's report as lines for people.</summary>
internal static class BenchTable
{
    /// <summary>Machine, results, where the time went, summary.</summary>
    public static void Show(Terminal terminal, BenchLayout layout, JsonObject report)
    {
        var machine = report["machine"]!;
        double peak = (double)report["peak_gflops"]!;
        terminal.Say($"{machine["cpu"]}, {report["backend"]}");
        terminal.Say(Text($"share is of the multiply-add peak, {peak:F1} GFLOP/s in this run"));
        var columns = layout.Keys.Concat(layout.Rates).ToList();
        var results = report["results"]!.AsArray();
        Write(
            terminal,
            [.. columns.Select(c => c.Title)],
            [.. results.Select(r => columns.Select(c => Cell(r!, c)).ToArray())]
        );
        foreach (var result in results)
        {
            if (result!["operations"] is JsonArray operations)
            {
                terminal.Say("");
                terminal.Say(
                    string.Join(", ", layout.Keys.Select(k => $"{k.Title} {result[k.Field]}"))
                );
                ShowOperations(terminal, operations);
            }
        }
        foreach (var (name, value) in report["summary"]!.AsObject())
        {
            terminal.Say(Text($"{name.Replace('_', ' ')}: {(double)value!:0.####}"));
        }
    }

    /// <summary>How much faster the new report is than the old one, size by size.</summary>
    public static void Compare(
        Terminal terminal,
        BenchLayout layout,
        JsonObject old,
        JsonObject now
    )
    {
        var rate = layout.Rates[0];
        string[] titles = [.. layout.Keys.Select(k => k.Title), "old", "new", "new / old"];
        var rows = new List<string[]>();
        var ratios = new List<double>();
        foreach (var result in now["results"]!.AsArray())
        {
            var before = old["results"]!
                .AsArray()
                .FirstOrDefault(r => layout.Keys.All(k => Same(r!, result!, k.Field)));
            if (before is null)
            {
                continue;
            }
            double ratio = (double)result![rate.Field]! / (double)before[rate.Field]!;
            ratios.Add(ratio);
            rows.Add([
                .. layout.Keys.Select(k => Cell(result, k)),
                Cell(before, rate),
                Cell(result, rate),
                Text($"{ratio:F3}"),
            ]);
        }
        terminal.Say("");
        terminal.Say($"{rate.Title} against the old report:");
        Write(terminal, titles, rows);
        terminal.Say(
            ratios.Count == 0
                ? "The two reports have no size in common."
                : Text($"geometric mean of new / old: {Math.Exp(ratios.Average(Math.Log)):F3}")
        );
    }

    private static void ShowOperations(Terminal terminal, JsonArray operations)
    {
        double all = operations.Sum(o => (double)o!["milliseconds"]!);
        Write(
            terminal,
            ["operation", "calls", "ms", "% of these", "GFLOP/s", "GB/s"],
            [
                .. operations.Select(o =>
                {
                    double milliseconds = (double)o!["milliseconds"]!;
                    double gigabytes = (double)o["bytes"]! / Math.Max(1e-9, milliseconds) / 1e6;
                    return (string[])
                        [
                            (string)o["name"]!,
                            Text($"{(double)o["calls"]!:F1}"),
                            Text($"{milliseconds:F3}"),
                            Text($"{100 * milliseconds / all:F1}"),
                            Text($"{(double)o["gflops"]!:F1}"),
                            Text($"{gigabytes:F1}"),
                        ];
                }),
            ]
        );
    }

    private static void Write(Terminal terminal, string[] titles, IReadOnlyList<string[]> rows)
    {
        int[] widths =
        [
            .. titles.Select((title, i) => rows.Append(titles).Max(row => row[i].Length)),
        ];
        foreach (string[] row in rows.Prepend(titles))
        {
            var cells = row.Select((cell, i) => cell.PadLeft(widths[i]));
            terminal.Say(string.Join("  ", cells));
        }
    }

    private static string Cell(JsonNode result, BenchColumn column) =>
        ((double)result[column.Field]!).ToString(
            "F" + column.Decimals.ToString(CultureInfo.InvariantCulture),
            CultureInfo.InvariantCulture
        );

    private static bool Same(JsonNode a, JsonNode b, string field) =>
        JsonNode.DeepEquals(a[field], b[field]);

    private static string Text(FormattableString text) =>
        text.ToString(CultureInfo.InvariantCulture);
}

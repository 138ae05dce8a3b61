using NUnit.Framework;
using Robustness.Analysis;
using Robustness.Tests.Data;

namespace Robustness.Tests.Analysis;

/// <summary>The published tables where they are at hand, analysed once, and the text that lists
/// reference numbers.</summary>
internal static class PublishedResults
{
    private static readonly Lazy<PaperTables?> s_tables = new(() =>
        OptionalData.Find("paper-results") is { } folder
            ? new PaperTables(PaperResults.Read(folder, PaperConvention.Paper))
            : null
    );

    /// <summary>The analysis; skips the test without data.</summary>
    public static PaperTables Tables
    {
        get
        {
            if (s_tables.Value is null)
            {
                Assert.Ignore("Optional data paper-results is absent.");
            }
            return s_tables.Value!;
        }
    }

    /// <summary>A table as rows of cells by column.</summary>
    public static IReadOnlyList<Dictionary<string, string>> Table(string name) =>
        Rows(PaperTableFiles.Of(Tables).Single(t => t.Name == name));

    /// <summary>A table's rows as cells by column.</summary>
    public static IReadOnlyList<Dictionary<string, string>> Rows(ResultTable table) =>
        [.. table.Rows.Select(r => table.Columns.Zip(r).ToDictionary(p => p.First, p => p.Second))];

    /// <summary>Lines of the reference numbers' section; empty where the text is absent.</summary>
    public static IReadOnlyList<string> Reference(string section)
    {
        string? data = OptionalData.Find("paper-results");
        string? path = data is null ? null : Path.Combine(data, "..", "..", "spec", "study.md");
        if (path is null || !File.Exists(path))
        {
            return [];
        }
        return
        [
            .. File.ReadLines(path)
                .SkipWhile(l => !l.StartsWith($"### {section} ", StringComparison.Ordinal))
                .Skip(1)
                .TakeWhile(l => !l.StartsWith("##", StringComparison.Ordinal)),
        ];
    }
}

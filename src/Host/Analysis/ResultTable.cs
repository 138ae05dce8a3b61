using System.Globalization;
using System.Text;

namespace Robustness.Analysis;

/// <summary>
/// A table of results as CSV: UTF-8, LF, RFC 4180 quoting, doubles as the shortest text that
/// reads back exactly (at most 17 digits), empty for unknown, never NaN.
/// </summary>
/// <param name="Name">File name without extension.</param>
/// <param name="Columns">Column names.</param>
public sealed record ResultTable(string Name, IReadOnlyList<string> Columns)
{
    private readonly List<string[]> _rows = [];

    /// <summary>Cells as text.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Rows => _rows;

    /// <summary>Adds a row of strings, integers, doubles and nulls.</summary>
    public void Add(params ReadOnlySpan<object?> cells)
    {
        if (cells.Length != Columns.Count)
        {
            throw new ArgumentException(
                $"{Name} has {Columns.Count} columns, the row {cells.Length} cells."
            );
        }
        string[] row = new string[cells.Length];
        for (int i = 0; i < row.Length; i++)
        {
            row[i] = Text(cells[i]);
        }
        _rows.Add(row);
    }

    /// <summary>The file's text.</summary>
    public string ToCsv()
    {
        var text = new StringBuilder();
        text.AppendJoin(',', Columns.Select(Quote)).Append('\n');
        foreach (string[] row in _rows)
        {
            text.AppendJoin(',', row.Select(Quote)).Append('\n');
        }
        return text.ToString();
    }

    private static string Text(object? cell) =>
        cell switch
        {
            null => "",
            string text => text,
            double value when !double.IsFinite(value) => "",
            double value => (value + 0.0).ToString("R", CultureInfo.InvariantCulture),
            IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
            _ => throw new ArgumentException($"A cell cannot hold a {cell.GetType().Name}."),
        };

    private static string Quote(string cell) =>
        cell.AsSpan().ContainsAny("\",\n\r")
            ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : cell;
}

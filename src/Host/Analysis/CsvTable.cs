using System.Globalization;
using System.Text;

namespace Robustness.Analysis;

/// <summary>
/// A CSV text as columns by name and rows of cells (RFC 4180). Names are compared with '/' read
/// as '_', since both spellings are published.
/// </summary>
public sealed class CsvTable
{
    private readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);
    private readonly List<(int Line, string[] Cells)> _rows = [];

    private CsvTable(string file) => File = file;

    /// <summary>What messages call the table.</summary>
    public string File { get; }

    /// <summary>Column names in file order, '/' as '_'; index columns are left out.</summary>
    public IReadOnlyList<string> Columns { get; private set; } = [];

    /// <summary>Rows: line of the file (from 1) and cells in the order of the columns.</summary>
    public IReadOnlyList<(int Line, string[] Cells)> Rows => _rows;

    /// <summary>Rows that repeated an earlier one in every column and were dropped.</summary>
    public int DuplicateCount { get; private set; }

    /// <summary>Whether the table has a column.</summary>
    public bool Has(string column) => _columns.ContainsKey(column);

    /// <summary>Reads a text, leaving out index columns and exact duplicates of rows.</summary>
    /// <exception cref="PaperResultsException">No header, or a row of another length.</exception>
    public static CsvTable Parse(string file, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var table = new CsvTable(file);
        using IEnumerator<(int Line, List<string> Cells)> records = Records(file, text)
            .GetEnumerator();
        if (!records.MoveNext())
        {
            throw new PaperResultsException($"{file}: empty, a header line is needed");
        }
        string[] header = [.. records.Current.Cells.Select(c => c.Trim().Replace('/', '_'))];
        int[] kept =
        [
            .. Enumerable
                .Range(0, header.Length)
                .Where(i =>
                    header[i].Length > 0
                    && !header[i].StartsWith("Unnamed:", StringComparison.Ordinal)
                ),
        ];
        table.Columns = [.. kept.Select(i => header[i])];
        foreach ((int place, string name) in table.Columns.Index())
        {
            if (!table._columns.TryAdd(name, place))
            {
                throw new PaperResultsException($"{file}: column {name} is there twice");
            }
        }
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (records.MoveNext())
        {
            (int line, List<string> cells) = records.Current;
            if (cells.Count != header.Length)
            {
                throw new PaperResultsException(
                    Invariant($"{file}: line {line} has {cells.Count} cells, ")
                        + Invariant($"the header {header.Length}")
                );
            }
            string[] row = Array.ConvertAll(kept, i => cells[i]);
            if (seen.Add(string.Join('\u001f', row)))
            {
                table._rows.Add((line, row));
            }
            else
            {
                table.DuplicateCount++;
            }
        }
        return table;
    }

    /// <summary>Faults if a column is missing, naming all that are.</summary>
    public void Require(params ReadOnlySpan<string> columns)
    {
        List<string> missing = [];
        foreach (string column in columns)
        {
            if (!Has(column))
            {
                missing.Add(column);
            }
        }
        if (missing.Count > 0)
        {
            string which = missing.Count == 1 ? "column" : "columns";
            throw new PaperResultsException(
                $"{File}: {which} {string.Join(", ", missing)} missing"
            );
        }
    }

    /// <summary>The text of a cell; empty if the table lacks the column.</summary>
    public string Text(int row, string column) =>
        _columns.TryGetValue(column, out int place) ? _rows[row].Cells[place] : "";

    /// <summary>A number; null if the cell is empty or the column missing.</summary>
    public double? Number(int row, string column)
    {
        string text = Text(row, column).Trim();
        if (text.Length == 0)
        {
            return null;
        }
        bool read = double.TryParse(
            text,
            NumberStyles.Float,
            CultureInfo.InvariantCulture,
            out double value
        );
        return read && double.IsFinite(value)
            ? value
            : throw Fault(row, column, text, "a finite number");
    }

    /// <summary>A whole number that must be there.</summary>
    public long Whole(int row, string column, long minimum)
    {
        double? value = Number(row, column);
        return value is { } v && v == Math.Floor(v) && v >= minimum && v <= long.MaxValue / 2
            ? (long)v
            : throw Fault(
                row,
                column,
                Text(row, column),
                Invariant($"a whole number >= {minimum}")
            );
    }

    /// <summary>The error for a cell.</summary>
    public PaperResultsException Fault(int row, string column, string found, string allowed) =>
        new(
            Invariant($"{File}: line {_rows[row].Line}, column {column}: ")
                + $"found '{found}', needs {allowed}"
        );

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static IEnumerable<(int Line, List<string> Cells)> Records(string file, string text)
    {
        int at = text.StartsWith('\uFEFF') ? 1 : 0;
        int line = 1;
        while (at < text.Length)
        {
            int first = line;
            var cells = new List<string>();
            bool more = true;
            while (more)
            {
                cells.Add(
                    at < text.Length && text[at] == '"'
                        ? Quoted(file, text, ref at, ref line)
                        : Bare(text, ref at)
                );
                more = at < text.Length && text[at] == ',';
                at += more ? 1 : 0;
            }
            if (at < text.Length && text[at] == '\r')
            {
                at++;
            }
            if (at < text.Length && text[at] != '\n')
            {
                throw new PaperResultsException(
                    Invariant($"{file}: line {line}: text after a closing quote")
                );
            }
            at++;
            line++;
            if (cells.Count > 1 || cells[0].Length > 0)
            {
                yield return (first, cells);
            }
        }
    }

    private static string Bare(string text, ref int at)
    {
        int length = text.AsSpan(at).IndexOfAny(',', '\r', '\n');
        length = length < 0 ? text.Length - at : length;
        string cell = text.Substring(at, length);
        at += length;
        return cell;
    }

    private static string Quoted(string file, string text, ref int at, ref int line)
    {
        int first = line;
        var cell = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            char c = text[at];
            if (c == '"')
            {
                if (at + 1 >= text.Length || text[at + 1] != '"')
                {
                    at++;
                    return cell.ToString();
                }
                at++;
            }
            line += c == '\n' ? 1 : 0;
            cell.Append(c);
        }
        throw new PaperResultsException(
            Invariant($"{file}: line {first}: a quoted cell is never closed")
        );
    }
}

using System.Text;

namespace Robustness.Data;

/// <summary>
/// CSV by RFC 4180: commas, a header, quotes doubled inside quotes, LF or CRLF. Quoted fields may
/// hold line breaks, NUL and any other character; a quote inside an unquoted field is itself.
/// </summary>
internal static class CsvTable
{
    public static List<FieldRow> Parse(string path, string text, IReadOnlyList<string> columns)
    {
        var reader = new Cursor(path, text);
        List<string> header = reader.ReadRow();
        int[] places = [.. columns.Select(column => Place(path, header, column))];
        var rows = new List<FieldRow>();
        while (!reader.AtEnd)
        {
            long line = reader.Line;
            List<string> row = reader.ReadRow();
            if (row.Count == 1 && row[0].Length == 0 && header.Count > 1)
            {
                continue; // a blank line
            }
            if (row.Count != header.Count)
            {
                string fault = $"{row.Count} fields found; the header has {header.Count}.";
                throw DataException.AtLine(path, line, $"malformed CSV: {fault}");
            }
            rows.Add(new FieldRow(line, [.. places.Select(place => row[place])]));
        }
        return rows;
    }

    private static int Place(string path, List<string> header, string column)
    {
        int place = header.IndexOf(column);
        if (place < 0)
        {
            throw TableFile.NoColumn(path, column, header);
        }
        return header.LastIndexOf(column) == place
            ? place
            : throw DataException.InFile(
                path,
                $"the header names {DataException.Quote(column)} twice; names must differ."
            );
    }

    private sealed class Cursor(string path, string text)
    {
        private readonly StringBuilder _field = new();
        private int _next;

        public long Line { get; private set; } = 1;

        public bool AtEnd => _next >= text.Length;

        /// <summary>The fields up to the row's end, which is passed.</summary>
        public List<string> ReadRow()
        {
            var fields = new List<string>();
            while (true)
            {
                fields.Add(!AtEnd && text[_next] == '"' ? ReadQuoted() : ReadPlain());
                if (AtEnd)
                {
                    return fields;
                }
                char end = text[_next++];
                if (end == ',')
                {
                    continue;
                }
                _next += end == '\r' ? 1 : 0;
                Line++;
                return fields;
            }
        }

        private string ReadPlain()
        {
            int start = _next;
            while (!AtEnd && text[_next] != ',' && !AtRowEnd())
            {
                _next++;
            }
            return text[start.._next];
        }

        private string ReadQuoted()
        {
            long opened = Line;
            _field.Clear();
            _next++;
            while (true)
            {
                int quote = text.IndexOf('"', _next);
                if (quote < 0)
                {
                    throw DataException.AtLine(
                        path,
                        opened,
                        "malformed CSV: a quote opens here and is never closed."
                    );
                }
                ReadOnlySpan<char> part = text.AsSpan(_next, quote - _next);
                Line += part.Count('\n');
                _field.Append(part);
                _next = quote + 1;
                if (AtEnd || text[_next] != '"')
                {
                    break;
                }
                _field.Append('"');
                _next++;
            }
            return AtEnd || text[_next] == ',' || AtRowEnd()
                ? _field.ToString()
                : throw DataException.AtLine(
                    path,
                    Line,
                    $"malformed CSV: {DataException.Quote(text[_next].ToString())} follows a "
                        + "closing quote; allowed are a comma or the line's end."
                );
        }

        private bool AtRowEnd() =>
            text[_next] == '\n'
            || (text[_next] == '\r' && _next + 1 < text.Length && text[_next + 1] == '\n');
    }
}

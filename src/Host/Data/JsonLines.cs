using System.Text.Json;

namespace Robustness.Data;

/// <summary>
/// JSON Lines: one object a line. Lines end at line feeds only: texts may hold U+0085, U+2028 and
/// U+2029, which other readers take for line ends.
/// </summary>
internal static class JsonLines
{
    public static List<FieldRow> Parse(string path, string text, IReadOnlyList<string> columns)
    {
        var rows = new List<FieldRow>();
        long line = 0;
        foreach (Range range in text.AsSpan().Split('\n'))
        {
            line++;
            ReadOnlyMemory<char> json = text.AsMemory()[range];
            if (!json.Span.IsWhiteSpace())
            {
                rows.Add(new FieldRow(line, ParseLine(path, line, json, columns)));
            }
        }
        return rows;
    }

    private static string?[] ParseLine(
        string path,
        long line,
        ReadOnlyMemory<char> json,
        IReadOnlyList<string> columns
    )
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement row = document.RootElement;
            if (row.ValueKind != JsonValueKind.Object)
            {
                throw DataException.AtLine(
                    path,
                    line,
                    $"a JSON {row.ValueKind} found; every line must be a JSON object."
                );
            }
            return [.. columns.Select(column => Field(path, line, row, column))];
        }
        catch (JsonException fault)
        {
            string place = FormattableString.Invariant($"{path}, line {line}");
            string detail = fault.Message.Split(". Path")[0].Split(" LineNumber")[0].TrimEnd('.');
            throw new DataException($"{place}: malformed JSON: {detail}.", fault);
        }
    }

    private static string? Field(string path, long line, JsonElement row, string column)
    {
        if (!row.TryGetProperty(column, out JsonElement value))
        {
            throw TableFile.NoColumn(
                FormattableString.Invariant($"{path}, line {line}"),
                column,
                row.EnumerateObject().Select(property => property.Name)
            );
        }
        return value.ValueKind switch
        {
            JsonValueKind.String => Text(path, line, value, column),
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            JsonValueKind.Null => null,
            _ => throw DataException.AtLine(
                path,
                line,
                $"column {DataException.Quote(column)} holds a JSON {value.ValueKind}; "
                    + "allowed are strings, numbers, true and false."
            ),
        };
    }

    private static string Text(string path, long line, JsonElement value, string column)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException fault)
        {
            string place = FormattableString.Invariant($"{path}, line {line}");
            throw new DataException(
                $"{place}: column {DataException.Quote(column)} holds half a surrogate pair; "
                    + "escapes must name whole characters.",
                fault
            );
        }
    }
}

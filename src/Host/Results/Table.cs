using System.Text;
using Parquet;
using Parquet.Schema;

namespace Robustness.Results;

/// <summary>
/// A table that is written as CSV (UTF-8, LF, RFC 4180 quotes where needed) and as Parquet with
/// the same columns. Equal tables give equal bytes of CSV.
/// </summary>
public sealed class Table
{
    /// <summary>A table of columns of one length.</summary>
    public Table(IReadOnlyList<TableColumn> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        RowCount = columns[0].Count;
        foreach (var column in columns.Where(c => c.Count != RowCount))
        {
            throw new ArgumentException(
                $"Column {column.Name} has {column.Count} rows, {columns[0].Name} has {RowCount}."
            );
        }
        Columns = columns;
    }

    /// <summary>In order.</summary>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <summary>Rows.</summary>
    public int RowCount { get; }

    /// <summary>The CSV text.</summary>
    public string ToCsv()
    {
        var text = new StringBuilder();
        text.AppendJoin(',', Columns.Select(c => Quote(c.Name))).Append('\n');
        for (int row = 0; row < RowCount; row++)
        {
            int r = row;
            text.AppendJoin(',', Columns.Select(c => Quote(c.Cell(r)))).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>
    /// Writes <c>{path}.csv</c> and <c>{path}.parquet</c>, each whole or not at all.
    /// </summary>
    public void Write(string path)
    {
        AtomicFile.WriteText(path + ".csv", ToCsv());
        WriteParquet(path + ".parquet");
    }

    /// <summary>Writes a Parquet file.</summary>
    public void WriteParquet(string path) =>
        AtomicFile.Write(path, stream => WriteParquetAsync(stream).GetAwaiter().GetResult());

    private async Task WriteParquetAsync(Stream stream)
    {
        var fields = Columns.Select(Field).ToArray();
        await using var writer = await ParquetWriter
            .CreateAsync(new ParquetSchema(fields), stream)
            .ConfigureAwait(false);
        using var group = writer.CreateRowGroup();
        for (int i = 0; i < fields.Length; i++)
        {
            await WriteColumnAsync(group, fields[i], Columns[i]).ConfigureAwait(false);
        }
        group.CompleteValidate();
    }

    private static DataField Field(TableColumn column) =>
        column switch
        {
            TableColumn.Whole => new DataField<long?>(column.Name),
            TableColumn.Real => new DataField<double?>(column.Name),
            _ => new DataField<string>(column.Name),
        };

    private static Task WriteColumnAsync(
        ParquetRowGroupWriter group,
        DataField field,
        TableColumn column
    ) =>
        column switch
        {
            TableColumn.Whole whole => group.WriteAsync<long>(field, whole.Values.ToArray()),
            TableColumn.Real real => group.WriteAsync<double>(field, real.Values.ToArray()),
            TableColumn.Text text => group.WriteAsync(field, text.Values.ToArray()!),
            _ => throw new ArgumentOutOfRangeException(nameof(column)),
        };

    private static string Quote(string cell) =>
        cell.AsSpan().ContainsAny(",\"\r\n") ? $"\"{cell.Replace("\"", "\"\"")}\"" : cell;
}

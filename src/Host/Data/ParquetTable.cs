using System.Globalization;
using Parquet;
using Parquet.Schema;

namespace Robustness.Data;

/// <summary>Flat columns of a Parquet file as text.</summary>
internal static class ParquetTable
{
    public static List<FieldRow> Read(string path, IReadOnlyList<string> columns)
    {
        byte[] bytes = TextFile.ReadBytes(path);
        if (bytes.Length == 0)
        {
            throw DataException.InFile(path, "the file is empty; it must hold at least one row.");
        }
        try
        {
            return ReadAsync(path, bytes, columns).GetAwaiter().GetResult();
        }
        catch (Exception fault) when (fault is not DataException)
        {
            // The library meets damaged files with exceptions of every kind.
            throw new DataException($"{path}: the file is not Parquet, or damaged.", fault);
        }
    }

    private static async Task<List<FieldRow>> ReadAsync(
        string path,
        byte[] bytes,
        IReadOnlyList<string> columns
    )
    {
        using var stream = new MemoryStream(bytes, writable: false);
        ParquetReader reader = await ParquetReader.CreateAsync(stream).ConfigureAwait(false);
        await using var disposal = reader.ConfigureAwait(false);
        DataField[] present = reader.Schema.GetDataFields();
        DataField[] fields = [.. columns.Select(column => Find(path, present, column))];
        var rows = new List<FieldRow>();
        foreach (ParquetRowGroupReader group in reader.RowGroups)
        {
            var values = new string?[fields.Length][];
            for (int index = 0; index < fields.Length; index++)
            {
                values[index] = await ReadColumnAsync(path, group, fields[index])
                    .ConfigureAwait(false);
            }
            for (int row = 0; row < group.RowCount; row++)
            {
                rows.Add(new FieldRow(rows.Count + 1, [.. values.Select(column => column[row])]));
            }
        }
        return rows;
    }

    private static DataField Find(string path, DataField[] present, string column) =>
        Array.Find(present, field => field.Path.ToString() == column)
        ?? throw TableFile.NoColumn(path, column, present.Select(field => field.Path.ToString()));

    private static Task<string?[]> ReadColumnAsync(
        string path,
        ParquetRowGroupReader group,
        DataField field
    )
    {
        Type type = field.ClrType;
        bool readable = !field.IsArray && field.MaxRepetitionLevel == 0;
        return readable && type == typeof(ReadOnlyMemory<char>) ? ReadTextAsync(group, field)
            : readable && type == typeof(bool) ? ReadValuesAsync<bool>(group, field)
            : readable && type == typeof(sbyte) ? ReadValuesAsync<sbyte>(group, field)
            : readable && type == typeof(byte) ? ReadValuesAsync<byte>(group, field)
            : readable && type == typeof(short) ? ReadValuesAsync<short>(group, field)
            : readable && type == typeof(int) ? ReadValuesAsync<int>(group, field)
            : readable && type == typeof(long) ? ReadValuesAsync<long>(group, field)
            : readable && type == typeof(float) ? ReadValuesAsync<float>(group, field)
            : readable && type == typeof(double) ? ReadValuesAsync<double>(group, field)
            : throw DataException.InFile(
                path,
                $"column {DataException.Quote(field.Name)} holds {type.Name}"
                    + $"{(field.IsArray ? " lists" : "")}; allowed are text, numbers and booleans."
            );
    }

    private static async Task<string?[]> ReadTextAsync(ParquetRowGroupReader group, DataField field)
    {
        var values = new string?[group.RowCount];
        await group.ReadAsync(field, values.AsMemory()!).ConfigureAwait(false);
        return values;
    }

    private static async Task<string?[]> ReadValuesAsync<T>(
        ParquetRowGroupReader group,
        DataField field
    )
        where T : struct
    {
        if (field.IsNullable)
        {
            var optional = new T?[group.RowCount];
            await group.ReadAsync(field, optional.AsMemory()).ConfigureAwait(false);
            return [.. optional.Select(value => value is T present ? Text(present) : null)];
        }
        var values = new T[group.RowCount];
        await group.ReadAsync(field, values.AsMemory()).ConfigureAwait(false);
        return [.. values.Select(Text)];
    }

    private static string Text<T>(T value)
        where T : struct =>
        value switch
        {
            true => "true",
            false => "false",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
}

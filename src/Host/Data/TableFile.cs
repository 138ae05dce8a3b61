namespace Robustness.Data;

/// <summary>Named columns of a JSON Lines, CSV or Parquet file, told apart by name.</summary>
public static class TableFile
{
    private const string Allowed = ".jsonl, .jsonl.gz, .csv, .csv.gz, .parquet";

    /// <summary>All rows in file order.</summary>
    /// <param name="path">The file; its ending says what it is.</param>
    /// <param name="columns">The wanted columns.</param>
    /// <exception cref="DataException">The file, a column or a row is faulty.</exception>
    public static IReadOnlyList<FieldRow> Read(string path, IReadOnlyList<string> columns)
    {
        string name = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        List<FieldRow> rows = Path.GetExtension(name).ToUpperInvariant() switch
        {
            ".JSONL" => JsonLines.Parse(path, TextFile.Read(path), columns),
            ".CSV" => CsvTable.Parse(path, TextFile.Read(path), columns),
            ".PARQUET" when name == path => ParquetTable.Read(path, columns),
            _ => throw DataException.InFile(path, $"unknown kind of file; allowed: {Allowed}."),
        };
        return rows.Count > 0
            ? rows
            : throw DataException.InFile(path, "the file is empty; it must hold at least one row.");
    }

    internal static DataException NoColumn(
        string path,
        string column,
        IEnumerable<string> present
    ) =>
        DataException.InFile(
            path,
            $"there is no column {DataException.Quote(column)}; the file has: "
                + $"{string.Join(", ", present)}."
        );
}

using System.Globalization;

namespace Robustness.Data;

/// <summary>Rows of one split that were left out, and why.</summary>
/// <param name="Reason">Why, as a noun phrase.</param>
/// <param name="Count">How many.</param>
public sealed record DroppedRows(string Reason, int Count);

/// <summary>What became of the rows of one split.</summary>
/// <param name="Split">Its name: train or validation.</param>
/// <param name="Source">The file, or the generator.</param>
/// <param name="RowsRead">Rows read or generated.</param>
/// <param name="Dropped">Rows left out, by reason; reasons that met no row are absent.</param>
/// <param name="RowsUsed">Rows handed out: the first of those that remain.</param>
public sealed record SplitReport(
    string Split,
    string Source,
    int RowsRead,
    IReadOnlyList<DroppedRows> Dropped,
    int RowsUsed
)
{
    /// <summary>Rows that remain after all drops.</summary>
    public int RowsKept => RowsRead - Dropped.Sum(drop => drop.Count);

    /// <summary>One line for people.</summary>
    public override string ToString()
    {
        string drops = string.Concat(
            Dropped.Select(drop =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $", {drop.Count} dropped: {drop.Reason}"
                )
            )
        );
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Split}: {RowsRead} rows from {Source}{drops}; "
                + $"the first {RowsUsed} of {RowsKept} used"
        );
    }
}

/// <summary>Rows read, dropped and why, split by split.</summary>
/// <param name="Splits">Train first, then validation.</param>
public sealed record LoadReport(IReadOnlyList<SplitReport> Splits)
{
    /// <summary>One line a split.</summary>
    public override string ToString() => string.Join('\n', Splits);
}

using Robustness.Numerics;

namespace Robustness.Data;

/// <summary>
/// Turns one split's rows into examples: shuffle and length filter (section 2.2), then the first n.
/// </summary>
/// <param name="Split">Name: train or validation.</param>
/// <param name="Source">The file, or the generator, for the report.</param>
/// <param name="Prompt">The whole prompt of a content, for the filter.</param>
/// <param name="Chunks">The chunks of a content.</param>
/// <param name="Limit">The length filter, or null.</param>
internal sealed record SplitBuilder(
    string Split,
    string Source,
    Func<string, string> Prompt,
    Func<string, IReadOnlyList<Chunk>> Chunks,
    LengthLimit? Limit
)
{
    /// <summary>Filter, then shuffle: the procedural tasks' order of things.</summary>
    public (IReadOnlyList<Example>, SplitReport) FilterThenShuffle(
        IReadOnlyList<LabelledText> rows,
        int? count
    )
    {
        List<LabelledText> kept = Filter(rows);
        return Take(Shuffled(kept), rows.Count, Drops(rows.Count - kept.Count), count);
    }

    /// <summary>
    /// Shuffle where wanted, then filter: the order of sets that come from files.
    /// </summary>
    public (IReadOnlyList<Example>, SplitReport) ShuffleThenFilter(
        TextSplit split,
        bool shuffle,
        int? count
    )
    {
        List<LabelledText> kept = Filter(shuffle ? Shuffled(split.Rows) : split.Rows);
        DroppedRows[] dropped = [.. split.Dropped, .. Drops(split.Rows.Count - kept.Count)];
        return Take(kept, split.RowsRead, dropped, count);
    }

    private static List<LabelledText> Shuffled(IReadOnlyList<LabelledText> rows) =>
        [.. new NumpyGenerator(0).Permutation(rows.Count).Select(old => rows[old])];

    private List<LabelledText> Filter(IReadOnlyList<LabelledText> rows) =>
        [.. rows.Where(row => Limit is null || Limit.Fits(Prompt(row.Content)))];

    private DroppedRows[] Drops(int count) =>
        count == 0
            ? []
            : [new DroppedRows($"longer than {Limit!.MaximumTokenCount} tokens", count)];

    private (IReadOnlyList<Example>, SplitReport) Take(
        List<LabelledText> rows,
        int rowsRead,
        IReadOnlyList<DroppedRows> dropped,
        int? count
    )
    {
        int used = count ?? rows.Count;
        var report = new SplitReport(Split, Source, rowsRead, dropped, used);
        if (used < 0 || used > rows.Count)
        {
            throw new DataException(
                FormattableString.Invariant($"{Split} rows: {used} asked for; ")
                    + FormattableString.Invariant($"allowed are 0 to {rows.Count} ({report}).")
            );
        }
        var examples = new Example[used];
        for (int row = 0; row < used; row++)
        {
            examples[row] = new Example(row, Chunks(rows[row].Content), rows[row].Label);
        }
        return (examples, report);
    }
}

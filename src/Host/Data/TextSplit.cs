namespace Robustness.Data;

/// <summary>
/// The rows of one split as they come from files, and the count of those left out.
/// </summary>
/// <param name="name">Train or validation.</param>
/// <param name="source">The file.</param>
internal sealed class TextSplit(string name, string source)
{
    private readonly List<LabelledText> _rows = [];
    private int _empty;
    private int _repeated;

    public string Name => name;

    public string Source => source;

    public int RowsRead => _rows.Count + _empty + _repeated;

    public IReadOnlyList<LabelledText> Rows => _rows;

    public IReadOnlyList<DroppedRows> Dropped =>
        [
            .. new DroppedRows[]
            {
                new("empty text", _empty),
                new("text of an earlier row", _repeated),
            }.Where(drop => drop.Count > 0),
        ];

    /// <summary>Takes a row in, unless it is empty or its text is among those seen.</summary>
    /// <param name="row">The next row.</param>
    /// <param name="seen">Texts of earlier rows, added to; null keeps repeats.</param>
    public void Add(LabelledText row, HashSet<string>? seen)
    {
        if (row.Content.Length == 0)
        {
            _empty++;
        }
        else if (seen is not null && !seen.Add(row.Content))
        {
            _repeated++;
        }
        else
        {
            _rows.Add(row);
        }
    }
}

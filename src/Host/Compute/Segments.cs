namespace Robustness.Compute;

/// <summary>
/// One sequence of a packed launch. Row i has position <c>CachedLength + i</c>; it attends to
/// positions 0 .. CachedLength - 1 of its cache slot, then to rows 0 .. i of its own segment.
/// The last <c>ReadCount</c> rows are those whose final hidden state somebody reads.
/// </summary>
/// <param name="FirstRow">Row of the launch at which it begins.</param>
/// <param name="RowCount">Rows it owns; at least 1.</param>
/// <param name="CacheSlot">Slot of the cached prefix, or -1.</param>
/// <param name="CachedLength">Positions taken from the slot; 0 without a slot.</param>
/// <param name="FirstRead">Where its read rows begin among the launch's read rows.</param>
/// <param name="ReadCount">How many of its last rows are read; at most RowCount.</param>
public readonly record struct Segment(
    int FirstRow,
    int RowCount,
    int CacheSlot,
    int CachedLength,
    int FirstRead,
    int ReadCount
);

/// <summary>Which rows of the segments an operation works on.</summary>
public enum RowSet
{
    /// <summary>Every row of the launch: N rows.</summary>
    All,

    /// <summary>
    /// Only the rows that are read: the last ReadCount rows of each segment, packed.
    /// </summary>
    Read,
}

/// <summary>
/// How the N packed rows of a launch are cut into B segments. Reusable without garbage.
/// </summary>
public sealed class Segments
{
    private Segment[] _items = new Segment[16];

    /// <summary>B.</summary>
    public int Count { get; private set; }

    /// <summary>N, the rows of all segments.</summary>
    public int RowCount { get; private set; }

    /// <summary>M, the read rows of all segments.</summary>
    public int ReadCount { get; private set; }

    /// <summary>The segments, in row order.</summary>
    public ReadOnlySpan<Segment> Items => _items.AsSpan(0, Count);

    /// <summary>Segment b.</summary>
    public Segment this[int b] => Items[b];

    /// <summary>Removes all segments.</summary>
    public void Clear()
    {
        Count = 0;
        RowCount = 0;
        ReadCount = 0;
    }

    /// <summary>Appends a segment whose last <paramref name="readCount"/> rows are read.</summary>
    public void Add(int rowCount, int readCount, int cacheSlot = -1, int cachedLength = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rowCount);
        ArgumentOutOfRangeException.ThrowIfNegative(readCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(readCount, rowCount);
        ArgumentOutOfRangeException.ThrowIfNegative(cachedLength);
        if (cacheSlot < 0 && cachedLength != 0)
        {
            throw new ArgumentException("A segment without a cache slot has cached length 0.");
        }
        if (Count == _items.Length)
        {
            Array.Resize(ref _items, 2 * Count);
        }
        _items[Count++] = new Segment(
            RowCount,
            rowCount,
            cacheSlot,
            cachedLength,
            ReadCount,
            readCount
        );
        RowCount = checked(RowCount + rowCount);
        ReadCount += readCount;
    }

    /// <summary>N or M.</summary>
    public int CountOf(RowSet rows) => rows == RowSet.All ? RowCount : ReadCount;
}

using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>
/// Queries that one thread takes together: a piece of a segment, or whole segments.
/// </summary>
/// <param name="FirstSegment">First segment.</param>
/// <param name="SegmentCount">Segments; they share a cache slot when there are several.</param>
/// <param name="FirstQuery">Query of the first segment at which the block begins.</param>
/// <param name="QueryRow">Row of q and o of that query.</param>
/// <param name="QueryCount">Rows of q and o.</param>
internal readonly record struct AttentionBlock(
    int FirstSegment,
    int SegmentCount,
    int FirstQuery,
    int QueryRow,
    int QueryCount
);

/// <summary>The queries of one segment inside a block.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="Row">Row of the block of its first query.</param>
/// <param name="Index">Row of the segment of its first query.</param>
/// <param name="Count">Queries.</param>
internal readonly record struct AttentionSpan(Segment Segment, int Row, int Index, int Count)
{
    /// <summary>Keys that the last query sees.</summary>
    public int Visible => Segment.CachedLength + Index + Count;
}

/// <summary>
/// Cuts the queries of a launch into blocks. Candidates of one prompt come one after the other
/// and read one cache slot: they share a block, so that a tile of keys is fetched once for all.
/// Results do not depend on the cut.
/// </summary>
internal sealed class AttentionPlan
{
    /// <summary>Most queries of a block.</summary>
    public const int LargestBlock = 64;

    private AttentionBlock[] _blocks = new AttentionBlock[16];
    private Segments _segments = new();
    private RowSet _rows;

    /// <summary>Blocks.</summary>
    public int Count { get; private set; }

    /// <summary>Most keys that any query sees.</summary>
    public int LongestVisible { get; private set; }

    /// <summary>Query-key pairs, tiles counted whole.</summary>
    public long PairCount { get; private set; }

    /// <summary>Block i.</summary>
    public ref readonly AttentionBlock this[int i] => ref _blocks[i];

    /// <summary>Makes the blocks of a launch; reuses its memory.</summary>
    public void Build(Segments segments, RowSet rows)
    {
        (_segments, _rows, Count, LongestVisible, PairCount) = (segments, rows, 0, 0, 0);
        for (int s = 0; s < segments.Count; s++)
        {
            var (first, count) = Queries(segments[s]);
            if (count == 0)
            {
                continue;
            }
            int visible = segments[s].CachedLength + segments[s].RowCount;
            LongestVisible = Math.Max(LongestVisible, visible);
            PairCount += (long)count * visible;
            if (!Joins(s, count))
            {
                for (int at = 0; at < count; at += LargestBlock)
                {
                    int size = Math.Min(LargestBlock, count - at);
                    Append(new AttentionBlock(s, 1, at, first + at, size));
                }
            }
        }
    }

    /// <summary>The queries of segment i of a block.</summary>
    public AttentionSpan SpanOf(in AttentionBlock block, int i)
    {
        var segment = _segments[block.FirstSegment + i];
        var (first, count) = Queries(segment);
        int index = segment.RowCount - count;
        return block.SegmentCount == 1
            ? new AttentionSpan(segment, 0, index + block.FirstQuery, block.QueryCount)
            : new AttentionSpan(segment, first - block.QueryRow, index, count);
    }

    private (int First, int Count) Queries(in Segment segment) =>
        _rows == RowSet.All
            ? (segment.FirstRow, segment.RowCount)
            : (segment.FirstRead, segment.ReadCount);

    private bool Joins(int s, int count)
    {
        if (Count == 0)
        {
            return false;
        }
        ref var last = ref _blocks[Count - 1];
        int end = last.FirstSegment + last.SegmentCount;
        var (before, now) = (_segments[end - 1], _segments[s]);
        bool whole = last.FirstQuery == 0 && last.QueryCount + count <= LargestBlock;
        bool shared = now.CachedLength > 0 && before.CachedLength > 0;
        if (end != s || !whole || !shared || before.CacheSlot != now.CacheSlot)
        {
            return false;
        }
        last = last with
        {
            SegmentCount = last.SegmentCount + 1,
            QueryCount = last.QueryCount + count,
        };
        return true;
    }

    private void Append(in AttentionBlock block)
    {
        if (Count == _blocks.Length)
        {
            Array.Resize(ref _blocks, 2 * Count);
        }
        _blocks[Count++] = block;
    }
}

using System.Buffers;
using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>The tensors of one attention launch.</summary>
internal readonly record struct AttentionInputs(
    Tensor Query,
    Tensor Key,
    Tensor Value,
    Segments Segments,
    RowSet Rows,
    KeyValueCache? Cache,
    int Layer,
    int HeadSize
)
{
    public int HeadCount => Query.Shape.Columns / HeadSize;

    /// <summary>Query heads per key/value head.</summary>
    public int GroupSize => Query.Shape.Columns / Key.Shape.Columns;

    public float Scale => 1f / MathF.Sqrt(HeadSize);

    /// <summary>First query row and number of queries of a segment.</summary>
    public (int First, int Count) Queries(in Segment segment) =>
        Rows == RowSet.All
            ? (segment.FirstRow, segment.RowCount)
            : (segment.FirstRead, segment.ReadCount);

    /// <summary>Fills a tile with the keys and values that a segment's rows can see.</summary>
    public void Load(in AttentionTile tile, in Segment segment, int head)
    {
        int keyHead = head / GroupSize;
        if (segment.CachedLength > 0)
        {
            tile.LoadCache(Cache!, Layer, segment.CacheSlot, keyHead, segment.CachedLength);
        }
        tile.LoadRows(
            Key,
            Value,
            segment.FirstRow,
            keyHead,
            segment.CachedLength,
            segment.RowCount
        );
    }
}

/// <summary>Causal attention forward; row of the job = (segment, head).</summary>
internal readonly unsafe struct AttentionForwardJob(Tensor o, Tensor lse, AttentionInputs inputs)
    : IRowJob
{
    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        int heads = inputs.HeadCount;
        int longest = 0;
        for (int item = first; item < end; item++)
        {
            var segment = inputs.Segments[item / heads];
            longest = Math.Max(longest, segment.CachedLength + segment.RowCount);
        }
        int tileCount = AttentionTile.FloatCount(longest, inputs.HeadSize);
        float[] memory = ArrayPool<float>.Shared.Rent(tileCount + longest + 32);
        for (int item = first; item < end; item++)
        {
            var segment = inputs.Segments[item / heads];
            if (inputs.Queries(segment).Count == 0)
            {
                continue;
            }
            int length = segment.CachedLength + segment.RowCount;
            var tile = new AttentionTile(memory, length, inputs.HeadSize);
            inputs.Load(tile, segment, item % heads);
            fixed (float* keys = tile.Keys)
            fixed (float* values = tile.Values)
            fixed (float* scores = memory.AsSpan(tileCount))
            {
                Head<T>(segment, item % heads, keys, values, scores, tile.Padded);
            }
        }
        ArrayPool<float>.Shared.Return(memory);
    }

    private void Head<T>(
        in Segment segment,
        int head,
        float* keys,
        float* values,
        float* scores,
        int padded
    )
        where T : struct, ILanes<T>
    {
        var (firstQuery, count) = inputs.Queries(segment);
        int size = inputs.HeadSize;
        int seen = segment.CachedLength + segment.RowCount - count;
        for (int i = 0; i < count; i++)
        {
            int row = firstQuery + i;
            int visible = seen + i + 1;
            float* q = inputs.Query.Floats + ((long)row * inputs.Query.RowStride) + (head * size);
            AttentionRow.Scores<T>(scores, q, keys, padded, visible, size, inputs.Scale);
            float sum = AttentionRow.Exponentials<T>(scores, visible, out float max);
            float* output = o.Floats + ((long)row * o.RowStride) + (head * size);
            AttentionRow.Combine<T>(output, scores, values, visible, size, 1f / sum);
            if (!lse.IsNone)
            {
                lse.Floats[((long)row * lse.RowStride) + head] = max + MathF.Log(sum);
            }
        }
    }
}

using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>Attention and its cache.</summary>
public sealed unsafe partial class CpuBackend
{
    private readonly AttentionPlan _attentionPlan = new();

    /// <inheritdoc/>
    public void AttentionForward(
        Tensor o,
        Tensor lse,
        Tensor q,
        Tensor k,
        Tensor v,
        Segments segments,
        RowSet rows,
        KeyValueCache? cache,
        int layer,
        int headSize
    )
    {
        var inputs = Checked(q, k, v, segments, rows, cache, layer, headSize);
        o.Shape.MustBe(q.Shape);
        _attentionPlan.Build(segments, rows);
        int items = _attentionPlan.Count * inputs.HeadCount;
        long work = 4L * headSize * _attentionPlan.PairCount / Math.Max(1, _attentionPlan.Count);
        RunRows(new AttentionForwardJob(o, lse, inputs, _attentionPlan, _rack), items, work);
    }

    /// <inheritdoc/>
    public void AttentionBackward(
        Tensor dQ,
        Tensor dK,
        Tensor dV,
        Tensor dO,
        Tensor o,
        Tensor lse,
        Tensor q,
        Tensor k,
        Tensor v,
        Segments segments,
        RowSet rows,
        KeyValueCache? cache,
        int layer,
        int headSize
    )
    {
        var inputs = Checked(q, k, v, segments, rows, cache, layer, headSize);
        dQ.Shape.MustBe(q.Shape);
        dO.Shape.MustBe(q.Shape);
        o.Shape.MustBe(q.Shape);
        dK.Shape.MustBe(k.Shape);
        dV.Shape.MustBe(v.Shape);
        lse.Shape.MustBe(new Shape(q.Shape.Rows, inputs.HeadCount));
        var gradients = new AttentionGradients(dQ, dK, dV, dO, o, lse);
        int items = segments.Count * (k.Shape.Columns / headSize);
        long work =
            10L * headSize * AverageLength(segments) * q.Shape.Rows / Math.Max(1, segments.Count);
        RunRows(new AttentionBackwardJob(gradients, inputs, _rack), items, work);
    }

    /// <inheritdoc/>
    public void CacheWrite(KeyValueCache cache, int layer, Tensor k, Tensor v, Segments segments)
    {
        ArgumentNullException.ThrowIfNull(cache);
        ArgumentNullException.ThrowIfNull(segments);
        int size = cache.HeadSize;
        k.Shape.MustBe(new Shape(segments.RowCount, cache.HeadCount * size));
        v.Shape.MustBe(k.Shape);
        foreach (ref readonly var segment in segments.Items)
        {
            if (segment.CacheSlot < 0)
            {
                continue;
            }
            int end = segment.CachedLength + segment.RowCount;
            if (segment.CacheSlot >= cache.SlotCount || end > cache.Capacity)
            {
                throw new ArgumentException(
                    $"Slot {segment.CacheSlot}, position {end - 1} is outside a cache of "
                        + $"{cache.SlotCount} slots of {cache.Capacity} positions."
                );
            }
            for (int head = 0; head < cache.HeadCount; head++)
            {
                WriteHead(cache, cache.RowOf(layer, segment.CacheSlot, head), head, k, v, segment);
            }
        }
    }

    private static void WriteHead(
        KeyValueCache cache,
        int cacheRow,
        int head,
        Tensor k,
        Tensor v,
        in Segment segment
    )
    {
        int size = cache.HeadSize;
        float* keys = cache.Keys.Floats + ((long)cacheRow * cache.Keys.RowStride);
        float* values = cache.Values.Floats + ((long)cacheRow * cache.Values.RowStride);
        for (int i = 0; i < segment.RowCount; i++)
        {
            int position = segment.CachedLength + i;
            int tile = position / KeyValueCache.TileLength;
            float* key = k.Floats + ((long)(segment.FirstRow + i) * k.RowStride) + (head * size);
            float* to =
                keys
                + ((long)tile * size * KeyValueCache.TileLength)
                + (position % KeyValueCache.TileLength);
            for (int d = 0; d < size; d++)
            {
                to[d * KeyValueCache.TileLength] = key[d];
            }
            float* value = v.Floats + ((long)(segment.FirstRow + i) * v.RowStride) + (head * size);
            new ReadOnlySpan<float>(value, size).CopyTo(
                new Span<float>(values + ((long)position * size), size)
            );
        }
    }

    private static AttentionInputs Checked(
        Tensor q,
        Tensor k,
        Tensor v,
        Segments segments,
        RowSet rows,
        KeyValueCache? cache,
        int layer,
        int headSize
    )
    {
        ArgumentNullException.ThrowIfNull(segments);
        q.Shape.MustBe(new Shape(segments.CountOf(rows), q.Shape.Columns));
        k.Shape.MustBe(new Shape(segments.RowCount, k.Shape.Columns));
        v.Shape.MustBe(k.Shape);
        if (
            q.Shape.Columns % headSize != 0
            || k.Shape.Columns % headSize != 0
            || q.Shape.Columns % k.Shape.Columns != 0
        )
        {
            throw new ArgumentException(
                $"Queries of {q.Shape.Columns} and keys of {k.Shape.Columns} columns are not "
                    + $"whole groups of heads of {headSize}."
            );
        }
        foreach (ref readonly var segment in segments.Items)
        {
            if (segment.CachedLength > 0)
            {
                CheckCached(segment, cache, k.Shape.Columns / headSize, layer, headSize);
            }
        }
        return new AttentionInputs(q, k, v, segments, rows, cache, layer, headSize);
    }

    private static void CheckCached(
        in Segment segment,
        KeyValueCache? cache,
        int headCount,
        int layer,
        int headSize
    )
    {
        if (cache is null)
        {
            throw new ArgumentException(
                $"A segment takes {segment.CachedLength} positions from a cache, but there is none."
            );
        }
        if (cache.HeadCount != headCount || cache.HeadSize != headSize)
        {
            throw new ArgumentException(
                $"The cache has {cache.HeadCount} heads of {cache.HeadSize}, "
                    + $"the keys {headCount} of {headSize}."
            );
        }
        if (
            segment.CacheSlot >= cache.SlotCount
            || segment.CachedLength > cache.Capacity
            || (uint)layer >= (uint)cache.LayerCount
        )
        {
            throw new ArgumentException(
                $"Layer {layer}, slot {segment.CacheSlot}, position {segment.CachedLength - 1} is "
                    + $"outside a cache of {cache.LayerCount} layers, {cache.SlotCount} slots and "
                    + $"{cache.Capacity} positions."
            );
        }
    }

    private static long AverageLength(Segments segments)
    {
        long sum = 0;
        foreach (ref readonly var segment in segments.Items)
        {
            sum += segment.CachedLength + segment.RowCount;
        }
        return sum / Math.Max(1, segments.Count);
    }
}

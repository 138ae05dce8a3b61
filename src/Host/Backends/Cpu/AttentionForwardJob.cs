using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>
/// Causal attention forward; row of the job = (block of queries, head). Scores of a whole block
/// are kept, [queries, positions]; a score is one accumulator, d ascending; the output is one
/// accumulator per element, positions ascending, times 1 / Σ at the end.
/// </summary>
internal readonly unsafe struct AttentionForwardJob(
    Tensor o,
    Tensor lse,
    AttentionInputs inputs,
    AttentionPlan plan,
    Rack<Scratch> rack
) : IRowJob
{
    private const int TileLength = AttentionInputs.TileLength;
    private const int LineFloats = Arena.Alignment / sizeof(float);

    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        // A group of 16 more, so that rows do not all fall on the same cache sets.
        int stride = AttentionInputs.Padded(plan.LongestVisible) + TileLength + LineFloats;
        int tileCount = inputs.HeadSize * TileLength;
        var scratch = rack.Take();
        float* memory = scratch.Floats(tileCount + ((nint)AttentionPlan.LargestBlock * stride));
        var tile = new StridedMatrix(memory, TileLength);
        var scores = new StridedMatrix(memory + tileCount, stride);
        int heads = inputs.HeadCount;
        var ahead = default(LinePrefetch);
        for (int item = first; item < end; item++)
        {
            ahead.Clear();
            if (item + 1 < end)
            {
                Note(ref ahead, plan[(item + 1) / heads], (item + 1) % heads);
            }
            Block<T>(plan[item / heads], item % heads, scores, tile, ref ahead);
        }
        rack.Put(scratch);
    }

    private void Note(ref LinePrefetch ahead, in AttentionBlock block, int head)
    {
        int keyHead = head / inputs.GroupSize;
        int size = inputs.HeadSize;
        int firstKey = plan.SpanOf(block, 0).Segment.FirstRow;
        var last = plan.SpanOf(block, block.SegmentCount - 1);
        int keys = last.Segment.FirstRow + last.Index + last.Count - firstKey;
        ahead.Add(inputs.Head(inputs.Key, firstKey, keyHead), keys, size);
        ahead.Add(inputs.Head(inputs.Query, block.QueryRow, head), block.QueryCount, size);
        ahead.Add(inputs.Head(inputs.Value, firstKey, keyHead), keys, size);
        ahead.Add(inputs.Head(o, block.QueryRow, head), block.QueryCount, size);
    }

    private void Block<T>(
        in AttentionBlock block,
        int head,
        StridedMatrix scores,
        StridedMatrix tile,
        ref LinePrefetch ahead
    )
        where T : struct, ILanes<T>
    {
        int keyHead = head / inputs.GroupSize;
        var query = inputs.Head(inputs.Query, block.QueryRow, head);
        var output = inputs.Head(o, block.QueryRow, head);
        float* factors = stackalloc float[AttentionPlan.LargestBlock];
        var (least, most) = CachedRange(block);
        int slot = plan.SpanOf(block, 0).Segment.CacheSlot;
        Zero(scores, block.QueryCount, AttentionInputs.Padded(most));
        Zero(output, block.QueryCount, inputs.HeadSize);
        for (int p = 0; p < most; p += TileLength)
        {
            var keys = inputs.CachedKeys(slot, keyHead, p);
            int columns = Math.Min(TileLength, AttentionInputs.Padded(most - p));
            SmallProduct.Add<T>(
                scores.Column(p),
                query.Left,
                keys,
                block.QueryCount,
                columns,
                inputs.HeadSize
            );
            ahead.Next();
        }
        for (int s = 0; s < block.SegmentCount; s++)
        {
            var span = plan.SpanOf(block, s);
            OwnScores<T>(span, scores.Row(span.Row), query.Row(span.Row), keyHead, tile, ref ahead);
            Softmax<T>(
                span,
                block.QueryRow + span.Row,
                head,
                scores.Row(span.Row),
                factors + span.Row
            );
        }
        AddCached<T>(output, scores, block.QueryCount, slot, keyHead, 0, least);
        for (int s = 0; s < block.SegmentCount; s++)
        {
            var span = plan.SpanOf(block, s);
            var (to, weights) = (output.Row(span.Row), scores.Row(span.Row));
            int cached = span.Segment.CachedLength;
            AddCached<T>(to, weights, span.Count, slot, keyHead, least, cached);
            AddOwn<T>(to, weights.Column(cached), span, keyHead, ref ahead);
        }
        Scale<T>(output, factors, block.QueryCount);
    }

    private (int Least, int Most) CachedRange(in AttentionBlock block)
    {
        var (least, most) = (int.MaxValue, 0);
        for (int s = 0; s < block.SegmentCount; s++)
        {
            int cached = plan.SpanOf(block, s).Segment.CachedLength;
            (least, most) = (Math.Min(least, cached), Math.Max(most, cached));
        }
        return (least, most);
    }

    // Only whole register tiles above the diagonal are computed in vain.
    private void OwnScores<T>(
        in AttentionSpan span,
        StridedMatrix scores,
        StridedMatrix query,
        int keyHead,
        StridedMatrix tile,
        ref LinePrefetch ahead
    )
        where T : struct, ILanes<T>
    {
        var segment = span.Segment;
        int visible = span.Index + span.Count;
        Zero(scores.Column(segment.CachedLength), span.Count, AttentionInputs.Padded(visible));
        for (int j = 0; j < visible; j += TileLength)
        {
            int keys = Math.Min(TileLength, visible - j);
            var rows = inputs.Head(inputs.Key, segment.FirstRow + j, keyHead);
            Transposition.Copy(tile, rows, keys, inputs.HeadSize, AttentionInputs.Padded(keys));
            for (int i = 0; i < span.Count; i += SmallProduct.TileRows)
            {
                int count = Math.Min(SmallProduct.TileRows, span.Count - i);
                int columns = Math.Min(keys, span.Index + i + count - j);
                if (columns > 0)
                {
                    SmallProduct.Add<T>(
                        scores.Row(i).Column(segment.CachedLength + j),
                        query.Row(i).Left,
                        tile,
                        count,
                        AttentionInputs.Padded(columns),
                        inputs.HeadSize
                    );
                    ahead.Next();
                }
            }
        }
    }

    private void Softmax<T>(
        in AttentionSpan span,
        int queryRow,
        int head,
        StridedMatrix scores,
        float* factors
    )
        where T : struct, ILanes<T>
    {
        for (int i = 0; i < span.Count; i++)
        {
            float* row = scores.Row(i).Address;
            int visible = span.Segment.CachedLength + span.Index + i + 1;
            int end = Math.Max(span.Visible, AttentionInputs.Padded(visible));
            float sum = AttentionSoftmax.Weights<T>(row, visible, end, inputs.Scale, out float max);
            factors[i] = 1f / sum;
            if (!lse.IsNone)
            {
                lse.Floats[((long)(queryRow + i) * lse.RowStride) + head] = max + MathF.Log(sum);
            }
        }
    }

    private void AddCached<T>(
        StridedMatrix output,
        StridedMatrix weights,
        int queries,
        int slot,
        int keyHead,
        int first,
        int end
    )
        where T : struct, ILanes<T>
    {
        for (int p = first; p < end; p += TileLength)
        {
            var values = inputs.CachedValues(slot, keyHead, p);
            int count = Math.Min(TileLength, end - p);
            var left = weights.Column(p).Left;
            SmallProduct.Add<T>(output, left, values, queries, inputs.HeadSize, count);
        }
    }

    private void AddOwn<T>(
        StridedMatrix output,
        StridedMatrix weights,
        in AttentionSpan span,
        int keyHead,
        ref LinePrefetch ahead
    )
        where T : struct, ILanes<T>
    {
        int visible = span.Index + span.Count;
        for (int j = 0; j < visible; j += TileLength)
        {
            var values = inputs.Head(inputs.Value, span.Segment.FirstRow + j, keyHead);
            for (int i = 0; i < span.Count; i += SmallProduct.TileRows)
            {
                int count = Math.Min(SmallProduct.TileRows, span.Count - i);
                int terms = Math.Min(TileLength, span.Index + i + count - j);
                if (terms > 0)
                {
                    var left = weights.Row(i).Column(j).Left;
                    SmallProduct.Add<T>(output.Row(i), left, values, count, inputs.HeadSize, terms);
                    ahead.Next();
                }
            }
        }
    }

    private void Scale<T>(StridedMatrix output, float* factors, int count)
        where T : struct, ILanes<T>
    {
        int size = inputs.HeadSize;
        for (int i = 0; i < count; i++)
        {
            float* row = output.Row(i).Address;
            var wide = T.Broadcast(factors[i]);
            int d = 0;
            for (; d + T.Count <= size; d += T.Count)
            {
                (T.Load(row + d) * wide).Store(row + d);
            }
            for (; d < size; d++)
            {
                row[d] *= factors[i];
            }
        }
    }

    private static void Zero(StridedMatrix matrix, int rows, int columns)
    {
        for (int i = 0; i < rows; i++)
        {
            new Span<float>(matrix.Row(i).Address, columns).Clear();
        }
    }
}

using System.Buffers;
using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>The gradients and saved outputs of one attention launch.</summary>
internal readonly record struct AttentionGradients(
    Tensor DQuery,
    Tensor DKey,
    Tensor DValue,
    Tensor DOutput,
    Tensor Output,
    Tensor LogSumExp
);

/// <summary>
/// Causal attention backward; row of the job = (segment, key/value head). Probabilities are
/// computed again from the log-sum-exp; queries go in ascending order, so every element of dK and
/// dV is one accumulator. Cached keys get no gradient.
/// </summary>
internal readonly unsafe struct AttentionBackwardJob(
    AttentionGradients gradients,
    AttentionInputs inputs
) : IRowJob
{
    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        int keyHeads = inputs.Key.Shape.Columns / inputs.HeadSize;
        for (int item = first; item < end; item++)
        {
            var segment = inputs.Segments[item / keyHeads];
            Segment<T>(segment, item % keyHeads);
        }
    }

    private void Segment<T>(in Segment segment, int keyHead)
        where T : struct, ILanes<T>
    {
        int size = inputs.HeadSize;
        int length = segment.CachedLength + segment.RowCount;
        int tileCount = AttentionTile.FloatCount(length, size);
        int own = segment.RowCount * size;
        float[] memory = ArrayPool<float>.Shared.Rent(
            (2 * tileCount) + (2 * own) + (2 * length) + 64
        );
        var tile = new AttentionTile(memory, length, size);
        Load(tile, segment, keyHead);
        var work = memory.AsSpan(tileCount);
        Transpose(tile.Values, work, length, tile.Padded, size);
        var sums = work.Slice(tileCount, 2 * own);
        sums.Clear();
        fixed (float* keys = tile.Keys)
        fixed (float* valuesTransposed = work)
        fixed (float* dKey = sums)
        fixed (float* scores = work[(tileCount + (2 * own))..])
        {
            var buffers = new Buffers(
                keys,
                valuesTransposed,
                dKey,
                dKey + own,
                scores,
                scores + length + 32
            );
            for (int g = 0; g < inputs.GroupSize; g++)
            {
                Queries<T>(segment, (keyHead * inputs.GroupSize) + g, buffers, tile.Padded);
            }
            Store(gradients.DKey, buffers.DKey, segment, keyHead);
            Store(gradients.DValue, buffers.DValue, segment, keyHead);
        }
        ArrayPool<float>.Shared.Return(memory);
    }

    private void Load(in AttentionTile tile, in Segment segment, int keyHead)
    {
        int cached = segment.CachedLength;
        if (cached > 0)
        {
            tile.LoadCache(inputs.Cache!, inputs.Layer, segment.CacheSlot, keyHead, cached);
        }
        int count = segment.RowCount;
        tile.LoadRows(inputs.Key, inputs.Value, segment.FirstRow, keyHead, cached, count);
    }

    private void Queries<T>(in Segment segment, int head, in Buffers buffers, int padded)
        where T : struct, ILanes<T>
    {
        var (firstQuery, count) = inputs.Queries(segment);
        int size = inputs.HeadSize;
        int seen = segment.CachedLength + segment.RowCount - count;
        for (int i = 0; i < count; i++)
        {
            int row = firstQuery + i;
            int visible = seen + i + 1;
            float* q = At(inputs.Query, row, head);
            float* dO = At(gradients.DOutput, row, head);
            float dot = RowSums.Dot<T>(dO, At(gradients.Output, row, head), size);
            float lse = gradients.LogSumExp.Floats[
                ((long)row * gradients.LogSumExp.RowStride) + head
            ];
            AttentionRow.Scores<T>(
                buffers.Scores,
                q,
                buffers.Keys,
                padded,
                visible,
                size,
                inputs.Scale
            );
            AttentionRow.Scores<T>(buffers.DScores, dO, buffers.Values, padded, visible, size, 1f);
            SoftmaxBackward<T>(buffers.Scores, buffers.DScores, lse, dot, visible);
            QueryGradient(At(gradients.DQuery, row, head), buffers, padded, visible);
            int from = segment.CachedLength;
            int ownVisible = visible - from;
            AttentionRow.AddOuter<T>(buffers.DKey, buffers.DScores + from, q, ownVisible, size);
            AttentionRow.AddOuter<T>(buffers.DValue, buffers.Scores + from, dO, ownVisible, size);
        }
    }

    // scores become p; dScores become p · (dP - dot) · scale.
    private void SoftmaxBackward<T>(float* scores, float* dScores, float lse, float dot, int count)
        where T : struct, ILanes<T>
    {
        var (wideLse, wideDot) = (T.Broadcast(lse), T.Broadcast(dot));
        var scale = T.Broadcast(inputs.Scale);
        int end = (count + RowSums.PartialCount - 1) / RowSums.PartialCount * RowSums.PartialCount;
        for (int j = 0; j < end; j += T.Count)
        {
            var p = VectorMath.Exp(T.Load(scores + j) - wideLse);
            p.Store(scores + j);
            (p * (T.Load(dScores + j) - wideDot) * scale).Store(dScores + j);
        }
    }

    // dQ[d] = Σ_j dS[j] · K[d][j]: 16 partial sums by position mod 16.
    private void QueryGradient(float* dQ, in Buffers buffers, int padded, int count)
    {
        for (int d = 0; d < inputs.HeadSize; d++)
        {
            dQ[d] = RowSums.Dot<Lanes256>(buffers.Keys + (d * padded), buffers.DScores, count);
        }
    }

    private void Store(Tensor target, float* rows, in Segment segment, int head)
    {
        int size = inputs.HeadSize;
        for (int i = 0; i < segment.RowCount; i++)
        {
            new ReadOnlySpan<float>(rows + (i * size), size).CopyTo(
                new Span<float>(At(target, segment.FirstRow + i, head), size)
            );
        }
    }

    private float* At(Tensor tensor, int row, int head) =>
        tensor.Floats + ((long)row * tensor.RowStride) + (head * inputs.HeadSize);

    private static void Transpose(
        ReadOnlySpan<float> rows,
        Span<float> columns,
        int length,
        int padded,
        int size
    )
    {
        for (int d = 0; d < size; d++)
        {
            for (int j = 0; j < length; j++)
            {
                columns[(d * padded) + j] = rows[(j * size) + d];
            }
            columns.Slice((d * padded) + length, padded - length).Clear();
        }
    }

    private readonly struct Buffers(
        float* keys,
        float* values,
        float* dKey,
        float* dValue,
        float* scores,
        float* dScores
    )
    {
        public readonly float* Keys = keys;
        public readonly float* Values = values;
        public readonly float* DKey = dKey;
        public readonly float* DValue = dValue;
        public readonly float* Scores = scores;
        public readonly float* DScores = dScores;
    }
}

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
/// Causal attention backward; row of the job = (segment, key/value head). With p from the scores
/// and the log-sum-exp, and δ = dO · O of the query:
/// dS = p · (dO · V - δ) / √D,  dQ = dS · K,  dK = dSᵀ · Q,  dV = pᵀ · dO.
/// Keys go in tiles of 64 and queries in blocks of 64, both ascending, so every element of dQ, dK
/// and dV is one accumulator. Cached keys get no gradient.
/// </summary>
internal readonly unsafe struct AttentionBackwardJob(
    AttentionGradients gradients,
    AttentionInputs inputs,
    Rack<Scratch> rack
) : IRowJob
{
    private const int TileLength = AttentionInputs.TileLength;

    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        int keyHeads = inputs.KeyHeadCount;
        var ahead = default(LinePrefetch);
        for (int item = first; item < end; item++)
        {
            var segment = inputs.Segments[item / keyHeads];
            int keyHead = item % keyHeads;
            ahead.Clear();
            if (item + 1 < end)
            {
                Note(ref ahead, inputs.Segments[(item + 1) / keyHeads], (item + 1) % keyHeads);
            }
            var (_, queries) = inputs.Queries(segment);
            Clear(gradients.DKey, segment.FirstRow, segment.RowCount, keyHead, 1);
            Clear(gradients.DValue, segment.FirstRow, segment.RowCount, keyHead, 1);
            if (queries > 0)
            {
                Segment<T>(segment, keyHead, ref ahead);
            }
        }
    }

    private void Note(ref LinePrefetch ahead, in Segment segment, int keyHead)
    {
        var (query, queries) = inputs.Queries(segment);
        var (key, keys) = (segment.FirstRow, segment.RowCount);
        int size = inputs.HeadSize;
        int wide = inputs.GroupSize * size;
        int head = keyHead * inputs.GroupSize;
        ahead.Add(inputs.Head(gradients.DOutput, query, head), queries, wide);
        ahead.Add(inputs.Head(gradients.Output, query, head), queries, wide);
        ahead.Add(inputs.Head(inputs.Key, key, keyHead), keys, size);
        ahead.Add(inputs.Head(inputs.Value, key, keyHead), keys, size);
        ahead.Add(inputs.Head(inputs.Query, query, head), queries, wide);
        ahead.Add(inputs.Head(gradients.DKey, key, keyHead), keys, size);
        ahead.Add(inputs.Head(gradients.DValue, key, keyHead), keys, size);
        ahead.Add(inputs.Head(gradients.DQuery, query, head), queries, wide);
    }

    private void Segment<T>(in Segment segment, int keyHead, ref LinePrefetch ahead)
        where T : struct, ILanes<T>
    {
        var (firstQuery, queries) = inputs.Queries(segment);
        int firstHead = keyHead * inputs.GroupSize;
        Clear(gradients.DQuery, firstQuery, queries, firstHead, inputs.GroupSize);
        var scratch = rack.Take();
        float* memory = scratch.Floats(AttentionBuffers.FloatCount(inputs.HeadSize, queries));
        var buffers = new AttentionBuffers(memory, inputs.HeadSize);
        for (int head = firstHead; head < firstHead + inputs.GroupSize; head++)
        {
            Deltas<T>(buffers.Deltas, firstQuery, queries, head);
            Head<T>(segment, keyHead, head, buffers, ref ahead);
        }
        rack.Put(scratch);
    }

    private void Head<T>(
        in Segment segment,
        int keyHead,
        int head,
        in AttentionBuffers buffers,
        ref LinePrefetch ahead
    )
        where T : struct, ILanes<T>
    {
        for (int p = 0; p < segment.CachedLength; p += TileLength)
        {
            int count = Math.Min(TileLength, segment.CachedLength - p);
            var keys = inputs.CachedKeys(segment.CacheSlot, keyHead, p);
            var values = inputs.CachedValues(segment.CacheSlot, keyHead, p);
            Transposition.Copy(buffers.KeyRows, keys, inputs.HeadSize, count, inputs.HeadSize);
            Transposition.Copy(buffers.ValueColumns, values, count, inputs.HeadSize, TileLength);
            var tile = new Tile(p - segment.CachedLength, count, keys, buffers.KeyRows);
            Queries<T>(segment, head, tile, buffers, ref ahead);
        }
        for (int j = 0; j < segment.RowCount; j += TileLength)
        {
            int count = Math.Min(TileLength, segment.RowCount - j);
            var keys = inputs.Head(inputs.Key, segment.FirstRow + j, keyHead);
            var values = inputs.Head(inputs.Value, segment.FirstRow + j, keyHead);
            Transposition.Copy(buffers.KeyColumns, keys, count, inputs.HeadSize, TileLength);
            Transposition.Copy(buffers.ValueColumns, values, count, inputs.HeadSize, TileLength);
            var tile = new Tile(j, count, buffers.KeyColumns, keys);
            Queries<T>(segment, head, tile, buffers, ref ahead);
        }
    }

    private void Queries<T>(
        in Segment segment,
        int head,
        in Tile tile,
        in AttentionBuffers buffers,
        ref LinePrefetch ahead
    )
        where T : struct, ILanes<T>
    {
        var (firstQuery, queries) = inputs.Queries(segment);
        int index = segment.RowCount - queries;
        // Earlier queries see no key of the tile.
        int skipped = Math.Max(0, tile.First - index);
        for (int i = skipped; i < queries; i += TileLength)
        {
            int count = Math.Min(TileLength, queries - i);
            var block = new Block(firstQuery + i, count, index + i - tile.First, head);
            Weights<T>(block, tile, buffers, buffers.Deltas + i, ref ahead);
            QueryGradients<T>(block, tile, buffers, ref ahead);
            if (tile.First >= 0)
            {
                int row = segment.FirstRow + tile.First;
                KeyGradients<T>(block, tile, row, buffers, ref ahead);
            }
        }
    }

    // Weights become p, DScores become dS; both zero above the diagonal.
    private void Weights<T>(
        in Block block,
        in Tile tile,
        in AttentionBuffers buffers,
        float* deltas,
        ref LinePrefetch ahead
    )
        where T : struct, ILanes<T>
    {
        int size = inputs.HeadSize;
        var query = inputs.Head(inputs.Query, block.Row, block.Head);
        var dOutput = inputs.Head(gradients.DOutput, block.Row, block.Head);
        var (weights, dScores) = (buffers.Weights, buffers.DScores);
        new Span<float>(weights.Address, block.Count * TileLength).Clear();
        new Span<float>(dScores.Address, block.Count * TileLength).Clear();
        for (int i = 0; i < block.Count; i += SmallProduct.TileRows)
        {
            int rows = Math.Min(SmallProduct.TileRows, block.Count - i);
            int columns = AttentionInputs.Padded(block.Visible(i + rows - 1, tile.Count));
            SmallProduct.Add<T>(
                weights.Row(i),
                query.Row(i).Left,
                tile.Columns,
                rows,
                columns,
                size
            );
            ahead.Next();
            SmallProduct.Add<T>(
                dScores.Row(i),
                dOutput.Row(i).Left,
                buffers.ValueColumns,
                rows,
                columns,
                size
            );
        }
        var lse = gradients.LogSumExp;
        for (int i = 0; i < block.Count; i++)
        {
            float rowLse = lse.Floats[((long)(block.Row + i) * lse.RowStride) + block.Head];
            AttentionSoftmax.Gradient<T>(
                weights.Row(i).Address,
                dScores.Row(i).Address,
                block.Visible(i, tile.Count),
                inputs.Scale,
                rowLse,
                deltas[i]
            );
        }
    }

    private void QueryGradients<T>(
        in Block block,
        in Tile tile,
        in AttentionBuffers buffers,
        ref LinePrefetch ahead
    )
        where T : struct, ILanes<T>
    {
        var dQuery = inputs.Head(gradients.DQuery, block.Row, block.Head);
        for (int i = 0; i < block.Count; i += SmallProduct.TileRows)
        {
            int rows = Math.Min(SmallProduct.TileRows, block.Count - i);
            int keys = block.Visible(i + rows - 1, tile.Count);
            var left = buffers.DScores.Row(i).Left;
            SmallProduct.Add<T>(dQuery.Row(i), left, tile.Rows, rows, inputs.HeadSize, keys);
            ahead.Next();
        }
    }

    private void KeyGradients<T>(
        in Block block,
        in Tile tile,
        int keyRow,
        in AttentionBuffers buffers,
        ref LinePrefetch ahead
    )
        where T : struct, ILanes<T>
    {
        int keyHead = block.Head / inputs.GroupSize;
        var query = inputs.Head(inputs.Query, block.Row, block.Head);
        var dOutput = inputs.Head(gradients.DOutput, block.Row, block.Head);
        for (int j = 0; j < tile.Count; j += SmallProduct.TileRows)
        {
            int keys = Math.Min(SmallProduct.TileRows, tile.Count - j);
            // The first query that sees key j.
            int i = Math.Max(0, j - block.Offset);
            if (i >= block.Count)
            {
                break;
            }
            var (dKey, dValue) = (
                inputs.Head(gradients.DKey, keyRow + j, keyHead),
                inputs.Head(gradients.DValue, keyRow + j, keyHead)
            );
            var (dScores, weights) = (buffers.DScores.Row(i), buffers.Weights.Row(i));
            var (size, terms) = (inputs.HeadSize, block.Count - i);
            SmallProduct.Add<T>(
                dKey,
                dScores.Column(j).LeftTransposed,
                query.Row(i),
                keys,
                size,
                terms
            );
            ahead.Next();
            SmallProduct.Add<T>(
                dValue,
                weights.Column(j).LeftTransposed,
                dOutput.Row(i),
                keys,
                size,
                terms
            );
        }
    }

    private void Deltas<T>(float* deltas, int firstQuery, int queries, int head)
        where T : struct, ILanes<T>
    {
        var dOutput = inputs.Head(gradients.DOutput, firstQuery, head);
        var output = inputs.Head(gradients.Output, firstQuery, head);
        for (int i = 0; i < queries; i++)
        {
            float* row = output.Row(i).Address;
            deltas[i] = RowSums.Dot<T>(dOutput.Row(i).Address, row, inputs.HeadSize);
        }
    }

    private void Clear(Tensor tensor, int firstRow, int rows, int head, int heads)
    {
        var matrix = inputs.Head(tensor, firstRow, head);
        for (int i = 0; i < rows; i++)
        {
            new Span<float>(matrix.Row(i).Address, heads * inputs.HeadSize).Clear();
        }
    }

    // Keys from segment row First on (negative in the cache): [D, 64] and [keys, D].
    private readonly record struct Tile(
        int First,
        int Count,
        StridedMatrix Columns,
        StridedMatrix Rows
    );

    // Queries from Row on; query i sees the keys 0 .. Offset + i of the tile.
    private readonly record struct Block(int Row, int Count, int Offset, int Head)
    {
        public int Visible(int i, int keys) => Math.Min(keys, Offset + i + 1);
    }
}

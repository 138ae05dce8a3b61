using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>
/// g [A, tile] = dEmbedding · tableᵀ for a tile of the vocabulary: one vocabulary id a row of the
/// job. Four tokens share each read of the table.
/// </summary>
internal readonly unsafe struct TokenGradientJob(Tensor g, Tensor dEmbedding, Tensor table)
    : IRowJob
{
    private const int Group = 4;

    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        var (tokens, c) = dEmbedding.Shape;
        float* partial = stackalloc float[Group * RowSums.PartialCount];
        for (int id = first; id < end; id++)
        {
            float* row = table.Floats + ((long)id * table.RowStride);
            float* to = g.Floats + id;
            int a = 0;
            for (; a + Group <= tokens; a += Group)
            {
                Dots<T>(partial, Token(a), row, c);
                for (int j = 0; j < Group; j++)
                {
                    float* sums = partial + (j * RowSums.PartialCount);
                    to[(long)(a + j) * g.RowStride] = RowSums.Tree(sums);
                }
            }
            for (; a < tokens; a++)
            {
                to[(long)a * g.RowStride] = RowSums.Dot<T>(Token(a), row, c);
            }
        }
    }

    private float* Token(int a) => dEmbedding.Floats + ((long)a * dEmbedding.RowStride);

    // The partial sums of RowSums.Dot for four tokens, the same operations in the same order.
    private void Dots<T>(float* partial, float* d0, float* row, int c)
        where T : struct, ILanes<T>
    {
        float* d1 = d0 + dEmbedding.RowStride;
        float* d2 = d1 + dEmbedding.RowStride;
        float* d3 = d2 + dEmbedding.RowStride;
        const int Count = RowSums.PartialCount;
        int whole = RowSums.Whole(c);
        for (int r = 0; r < Count; r += T.Count)
        {
            T s0 = default;
            T s1 = default;
            T s2 = default;
            T s3 = default;
            for (int i = r; i < whole; i += Count)
            {
                var w = T.Load(row + i);
                s0 = T.Fma(T.Load(d0 + i), w, s0);
                s1 = T.Fma(T.Load(d1 + i), w, s1);
                s2 = T.Fma(T.Load(d2 + i), w, s2);
                s3 = T.Fma(T.Load(d3 + i), w, s3);
            }
            s0.Store(partial + r);
            s1.Store(partial + Count + r);
            s2.Store(partial + (2 * Count) + r);
            s3.Store(partial + (3 * Count) + r);
        }
        float* p = partial;
        for (int i = whole; i < c; i++, p++)
        {
            p[0] = MathF.FusedMultiplyAdd(d0[i], row[i], p[0]);
            p[Count] = MathF.FusedMultiplyAdd(d1[i], row[i], p[Count]);
            p[2 * Count] = MathF.FusedMultiplyAdd(d2[i], row[i], p[2 * Count]);
            p[3 * Count] = MathF.FusedMultiplyAdd(d3[i], row[i], p[3 * Count]);
        }
    }
}

/// <summary>
/// Offers the allowed ids of a tile to every token's k lowest: one token a row of the job; after
/// the last tile it sorts them.
/// </summary>
/// <param name="ids">[A, k], the heap's ids, sorted at the end.</param>
/// <param name="values">[A, k], the heap's values.</param>
/// <param name="g">[A, tile].</param>
/// <param name="banned">[V].</param>
/// <param name="firstId">Id of the tile's first column.</param>
/// <param name="held">Pairs that every token holds already.</param>
/// <param name="isLast">No tile follows.</param>
internal readonly unsafe struct TokenSelectionJob(
    Tensor ids,
    Tensor values,
    Tensor g,
    Tensor banned,
    int firstId,
    int held,
    bool isLast
) : IRowJob
{
    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        int* ban = banned.Ints + firstId;
        for (int a = first; a < end; a++)
        {
            var lowest = new LowestCandidates(
                values.Floats + ((long)a * values.RowStride),
                ids.Ints + ((long)a * ids.RowStride),
                ids.Shape.Columns
            )
            {
                Count = held,
            };
            float* row = g.Floats + ((long)a * g.RowStride);
            for (int i = 0; i < g.Shape.Columns; i++)
            {
                if (ban[i] == 0)
                {
                    lowest.Offer(row[i], firstId + i);
                }
            }
            if (isLast)
            {
                lowest.Sort();
            }
        }
    }
}

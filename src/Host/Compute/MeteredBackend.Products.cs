namespace Robustness.Compute;

/// <summary>Matrix products and attention.</summary>
public sealed partial class MeteredBackend
{
    /// <inheritdoc/>
    public void Gemm(Tensor c, Tensor a, Tensor b, GemmLayout layout, in GemmEpilogue epilogue)
    {
        long start = Start();
        _inner.Gemm(c, a, b, layout, epilogue);
        int k = layout == GemmLayout.TN ? a.Shape.Rows : a.Shape.Columns;
        Stop(
            start,
            KernelCost.Gemm(c.Shape.Rows, c.Shape.Columns, k, epilogue),
            layout switch
            {
                GemmLayout.NN => "Gemm NN",
                GemmLayout.NT => "Gemm NT",
                _ => "Gemm TN",
            }
        );
    }

    /// <inheritdoc/>
    public PackedWeights GemmPack(Arena arena, Tensor w, GemmLayout layout)
    {
        long start = Start();
        var packed = _inner.GemmPack(arena, w, layout);
        Stop(start, KernelCost.GemmPack(packed.N, packed.K));
        return packed;
    }

    /// <inheritdoc/>
    public void GemmPacked(Tensor c, Tensor a, PackedWeights w, in GemmEpilogue epilogue)
    {
        long start = Start();
        _inner.GemmPacked(c, a, w, epilogue);
        Stop(start, KernelCost.GemmPacked(c.Shape.Rows, w.N, w.K, epilogue));
    }

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
        long start = Start();
        _inner.AttentionForward(o, lse, q, k, v, segments, rows, cache, layer, headSize);
        long pairs = Pairs(segments, rows);
        int heads = q.Shape.Columns / headSize;
        Stop(start, KernelCost.AttentionForward(pairs, q.Shape.Rows, heads, headSize));
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
        long start = Start();
        _inner.AttentionBackward(
            dQ,
            dK,
            dV,
            dO,
            o,
            lse,
            q,
            k,
            v,
            segments,
            rows,
            cache,
            layer,
            headSize
        );
        long pairs = Pairs(segments, rows);
        int heads = q.Shape.Columns / headSize;
        Stop(start, KernelCost.AttentionBackward(pairs, q.Shape.Rows, heads, headSize));
    }

    /// <inheritdoc/>
    public void CacheWrite(KeyValueCache cache, int layer, Tensor k, Tensor v, Segments segments)
    {
        long start = Start();
        _inner.CacheWrite(cache, layer, k, v, segments);
        Stop(start, KernelCost.CacheWrite(k.Shape.Rows, k.Shape.Columns));
    }

    private static long Pairs(Segments segments, RowSet rows)
    {
        long pairs = 0;
        foreach (ref readonly var segment in segments.Items)
        {
            pairs += KernelCost.AttentionPairs(segment, rows);
        }
        return pairs;
    }
}

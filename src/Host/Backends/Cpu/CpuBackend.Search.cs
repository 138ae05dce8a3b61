using Robustness.Compute;
using Robustness.Numerics;

namespace Robustness.Backends.Cpu;

/// <summary>What the gradient attack searches with.</summary>
public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public void TokenGradientTopK(
        Tensor ids,
        Tensor values,
        Tensor dEmbedding,
        Tensor table,
        Tensor banned
    )
    {
        var (tokens, k) = ids.Shape;
        var (v, c) = table.Shape;
        dEmbedding.Shape.MustBe(new Shape(tokens, c));
        banned.Shape.MustBe(new Shape(v));
        int allowed = 0;
        for (int id = 0; id < v; id++)
        {
            allowed += banned.Ints[id] == 0 ? 1 : 0;
        }
        if (k > allowed)
        {
            throw new ArgumentException(
                $"The top {k} ids are asked for, but only {allowed} of {v} may be proposed."
            );
        }
        RunRows(new TopKJob(ids, values, dEmbedding, table, banned), tokens, 2L * v * c);
    }

    /// <inheritdoc/>
    public void CandidateSample(
        Tensor chosen,
        ReadOnlySpan<long> rowIds,
        int poolSize,
        StreamKey key,
        uint t
    )
    {
        chosen.Shape.MustBe(new Shape(rowIds.Length, chosen.Shape.Columns));
        for (int b = 0; b < rowIds.Length; b++)
        {
            var row = new Span<int>(
                chosen.Ints + ((long)b * chosen.RowStride),
                chosen.Shape.Columns
            );
            Sampling.WithoutReplacement(key, t, (ulong)rowIds[b], poolSize, row);
        }
    }
}

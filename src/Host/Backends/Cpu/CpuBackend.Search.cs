using Robustness.Compute;
using Robustness.Numerics;

namespace Robustness.Backends.Cpu;

/// <summary>What the gradient attack searches with.</summary>
public sealed unsafe partial class CpuBackend
{
    /// <summary>Vocabulary ids whose gradients are held at one time.</summary>
    private const int VocabularyTile = 4096;

    /// <summary>Operations per key drawn: ten generator rounds and its share of a sort.</summary>
    private const long OperationsPerDraw = 100;

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
        int allowed = AllowedCount(banned, 0, v);
        if (k > allowed)
        {
            throw new ArgumentException(
                $"The top {k} ids are asked for, but only {allowed} of {v} may be proposed."
            );
        }
        var scratch = Scratch();
        if (table.Type == DataType.BFloat16)
        {
            (dEmbedding, table) = (Operand(scratch, dEmbedding), Operand(scratch, table));
        }
        if (values.IsNone)
        {
            values = scratch.Allocate(tokens, k);
        }
        values.Shape.MustBe(ids.Shape);
        var gradients = scratch.Allocate(tokens, Math.Min(v, VocabularyTile));
        int held = 0;
        for (int first = 0; first < v; first += VocabularyTile)
        {
            int count = Math.Min(VocabularyTile, v - first);
            var g = gradients.ColumnRange(0, count);
            var rows = table.RowRange(first, count);
            RunRows(new TokenGradientJob(g, dEmbedding, rows), count, 2L * tokens * c);
            bool isLast = first + count == v;
            var select = new TokenSelectionJob(ids, values, g, banned, first, held, isLast);
            RunRows(select, tokens, 4L * count);
            held = Math.Min(k, held + AllowedCount(banned, first, count));
        }
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
        if (chosen.Shape.Columns > poolSize)
        {
            throw new ArgumentException(
                $"{chosen.Shape.Columns} candidates are asked for, but the pool has {poolSize}."
            );
        }
        var rows = Scratch().Allocate(new Shape(2 * rowIds.Length), DataType.Int32);
        rowIds.CopyTo(new Span<long>(rows.Ints, rowIds.Length));
        var job = new CandidateSampleJob(chosen, rows, poolSize, key, t);
        RunRows(job, rowIds.Length, OperationsPerDraw * poolSize);
    }

    private static int AllowedCount(Tensor banned, int first, int count)
    {
        int allowed = 0;
        for (int id = first; id < first + count; id++)
        {
            allowed += banned.Ints[id] == 0 ? 1 : 0;
        }
        return allowed;
    }
}

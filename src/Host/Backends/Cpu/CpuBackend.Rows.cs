using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>Row-wise operations.</summary>
public sealed unsafe partial class CpuBackend
{
    private Arena? _sumArena;

    /// <inheritdoc/>
    public void EmbeddingForward(Tensor y, Tensor ids, Tensor table)
    {
        y.Shape.MustBe(new Shape(ids.Shape.Columns, table.Shape.Columns));
        CheckIds(ids, table);
        RunRows(new EmbeddingForwardJob(y, ids, table), y.Shape.Rows, y.Shape.Columns);
    }

    /// <inheritdoc/>
    public void EmbeddingBackward(Tensor dTable, Tensor dY, Tensor ids)
    {
        var (n, c) = dY.Shape;
        dY.Shape.MustBe(new Shape(ids.Shape.Columns, dTable.Shape.Columns));
        CheckIds(ids, dTable);
        const int Block = EmbeddingBackwardJob.BlockColumns;
        RunRows(
            new EmbeddingBackwardJob(dTable, dY, ids),
            (c + Block - 1) / Block,
            (long)n * Block
        );
    }

    /// <inheritdoc/>
    public void LayerNormForward(
        Tensor y,
        Tensor mean,
        Tensor rstd,
        Tensor x,
        Tensor gamma,
        Tensor beta,
        float epsilon
    )
    {
        var (n, c) = x.Shape;
        y.Shape.MustBe(x.Shape);
        gamma.Shape.MustBe(new Shape(c));
        beta.Shape.MustBe(new Shape(c));
        if (!mean.IsNone)
        {
            mean.Shape.MustBe(new Shape(n));
            rstd.Shape.MustBe(new Shape(n));
        }
        RunRows(new LayerNormForwardJob(y, mean, rstd, x, gamma, beta, epsilon), n, 8L * c);
    }

    /// <inheritdoc/>
    public void LayerNormBackward(
        Tensor dX,
        Tensor dGamma,
        Tensor dBeta,
        Tensor dY,
        Tensor x,
        Tensor mean,
        Tensor rstd,
        Tensor gamma
    )
    {
        var (n, c) = x.Shape;
        dX.Shape.MustBe(x.Shape);
        dY.Shape.MustBe(x.Shape);
        mean.Shape.MustBe(new Shape(n));
        rstd.Shape.MustBe(new Shape(n));
        gamma.Shape.MustBe(new Shape(c));
        if (dGamma.IsNone != dBeta.IsNone)
        {
            throw new ArgumentException("LayerNormBackward: dGamma and dBeta go together.");
        }
        var input = new LayerNormBackwardJob(dX, dY, x, mean, rstd, gamma);
        if (dGamma.IsNone)
        {
            RunRows(input, n, 12L * c);
            return;
        }
        dGamma.Shape.MustBe(new Shape(c));
        dBeta.Shape.MustBe(new Shape(c));
        var parameters = new LayerNormParameterJob(dGamma, dBeta, dY, x, mean, rstd);
        int chunks = (n + ColumnSumJob.ChunkRows - 1) / ColumnSumJob.ChunkRows;
        // One walk where there are chunks for all threads, else two that can be cut finer.
        if (ThreadCount > 1 && chunks < ThreadCount * PartsPerThread)
        {
            RunRows(input, n, 12L * c);
            RunRows(parameters, ColumnSumJob.BlockCount(c), 64L * n);
            return;
        }
        _sumArena ??= new Arena(this);
        _sumArena.Rewind(default);
        var sums = _sumArena.Allocate(chunks, 2 * c);
        var job = new LayerNormChunkJob(input, parameters, sums, n);
        RunRows(job, chunks, 20L * c * ColumnSumJob.ChunkRows);
        for (int chunk = 0; chunk < chunks; chunk++)
        {
            AddRow(dGamma, sums.Floats + ((long)chunk * sums.RowStride));
            AddRow(dBeta, sums.Floats + ((long)chunk * sums.RowStride) + c);
        }
    }

    /// <inheritdoc/>
    public void RotaryForward(Tensor x, Segments segments, RowSet rows, RotaryTable table) =>
        Rotary(x, segments, rows, table, 1f);

    /// <inheritdoc/>
    public void RotaryBackward(Tensor dX, Segments segments, RowSet rows, RotaryTable table) =>
        Rotary(dX, segments, rows, table, -1f);

    /// <inheritdoc/>
    public void GeluForward(Tensor y, Tensor x, Tensor bias)
    {
        y.Shape.MustBe(x.Shape);
        RunRows(new GeluForwardJob(y, x, bias), x.Shape.Rows, 20L * x.Shape.Columns);
    }

    /// <inheritdoc/>
    public void GeluBackward(Tensor dX, Tensor dY, Tensor x)
    {
        dX.Shape.MustBe(x.Shape);
        dY.Shape.MustBe(x.Shape);
        RunRows(new GeluBackwardJob(dX, dY, x), x.Shape.Rows, 20L * x.Shape.Columns);
    }

    /// <inheritdoc/>
    public void ResidualForward(Tensor y, Tensor a, Tensor b)
    {
        a.Shape.MustBe(y.Shape);
        b.Shape.MustBe(y.Shape);
        RunRows(new ResidualJob(y, a, b), y.Shape.Rows, y.Shape.Columns);
    }

    /// <inheritdoc/>
    public void BiasBackward(Tensor dBias, Tensor dY)
    {
        dBias.Shape.MustBe(new Shape(dY.Shape.Columns));
        var (n, c) = dY.Shape;
        RunRows(new ColumnSumJob(dBias, dY), ColumnSumJob.BlockCount(c), 16L * n);
    }

    /// <inheritdoc/>
    public void GatherReadRows(Tensor y, Tensor x, Segments segments)
    {
        ArgumentNullException.ThrowIfNull(segments);
        foreach (ref readonly var s in segments.Items)
        {
            if (s.ReadCount > 0)
            {
                int first = s.FirstRow + s.RowCount - s.ReadCount;
                Copy(y.RowRange(s.FirstRead, s.ReadCount), x.RowRange(first, s.ReadCount));
            }
        }
    }

    /// <inheritdoc/>
    public void ScatterReadRows(Tensor dX, Tensor dY, Segments segments)
    {
        ArgumentNullException.ThrowIfNull(segments);
        foreach (ref readonly var s in segments.Items)
        {
            if (s.ReadCount > 0)
            {
                int first = s.FirstRow + s.RowCount - s.ReadCount;
                var rows = dX.RowRange(first, s.ReadCount);
                var added = dY.RowRange(s.FirstRead, s.ReadCount);
                RunRows(new ResidualJob(rows, rows, added), s.ReadCount, added.Shape.Columns);
            }
        }
    }

    private static void AddRow(Tensor sum, float* row)
    {
        for (int i = 0; i < sum.Shape.Columns; i++)
        {
            sum.Floats[i] += row[i];
        }
    }

    private static void CheckIds(Tensor ids, Tensor table)
    {
        for (int n = 0; n < ids.Shape.Columns; n++)
        {
            int id = ids.Ints[n];
            if ((uint)id >= (uint)table.Shape.Rows)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(ids),
                    $"Token id {id} at row {n} is outside the vocabulary of {table.Shape.Rows}."
                );
            }
        }
    }

    private void Rotary(
        Tensor x,
        Segments segments,
        RowSet rows,
        RotaryTable table,
        float direction
    )
    {
        ArgumentNullException.ThrowIfNull(segments);
        x.Shape.MustBe(new Shape(segments.CountOf(rows), x.Shape.Columns));
        foreach (ref readonly var s in segments.Items)
        {
            if (s.CachedLength + s.RowCount > table.Cosines.Shape.Rows)
            {
                throw new ArgumentException(
                    $"A segment reaches position {s.CachedLength + s.RowCount - 1}, "
                        + $"but the rotary table has {table.Cosines.Shape.Rows} positions."
                );
            }
        }
        var job = new RotaryJob(x, segments, rows, table, direction);
        RunRows(job, x.Shape.Rows, 6L * x.Shape.Columns);
    }
}

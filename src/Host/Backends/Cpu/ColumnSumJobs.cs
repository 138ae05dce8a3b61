using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>
/// dBias += column sums of dY. Columns are shared out in blocks, one block a row of the job; rows
/// go in chunks of 256 from the first one, whose sums are added in order.
/// </summary>
internal readonly unsafe struct ColumnSumJob(Tensor dBias, Tensor dY) : IRowJob
{
    /// <summary>Columns per block: whole registers of every width.</summary>
    public const int BlockColumns = 16;

    /// <summary>Rows whose sum is taken before it is added to the total.</summary>
    public const int ChunkRows = 256;

    /// <summary>Blocks of a matrix of that many columns.</summary>
    public static int BlockCount(int columns) => (columns + BlockColumns - 1) / BlockColumns;

    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        int from = first * BlockColumns;
        int to = Math.Min(dY.Shape.Columns, end * BlockColumns);
        for (int n = 0; n < dY.Shape.Rows; n += ChunkRows)
        {
            int last = Math.Min(dY.Shape.Rows, n + ChunkRows);
            int done = Columns<T>(n, last, from, to);
            Columns<Lanes1>(n, last, done, to);
        }
    }

    private int Columns<T>(int firstRow, int endRow, int i, int end)
        where T : struct, ILanes<T>
    {
        for (; i + T.Count <= end; i += T.Count)
        {
            T part = default;
            for (int n = firstRow; n < endRow; n++)
            {
                part += T.Load(dY.Floats + ((long)n * dY.RowStride) + i);
            }
            (T.Load(dBias.Floats + i) + part).Store(dBias.Floats + i);
        }
        return i;
    }
}

/// <summary>
/// dGamma += Σ dY · (x - mean) · rstd and dBeta += Σ dY over rows, cut like
/// <see cref="ColumnSumJob"/>.
/// </summary>
internal readonly unsafe struct LayerNormParameterJob(
    Tensor dGamma,
    Tensor dBeta,
    Tensor dY,
    Tensor x,
    Tensor mean,
    Tensor rstd
) : IRowJob
{
    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        int from = first * ColumnSumJob.BlockColumns;
        int to = Math.Min(x.Shape.Columns, end * ColumnSumJob.BlockColumns);
        for (int n = 0; n < x.Shape.Rows; n += ColumnSumJob.ChunkRows)
        {
            int last = Math.Min(x.Shape.Rows, n + ColumnSumJob.ChunkRows);
            int done = Columns<T>(n, last, from, to);
            Columns<Lanes1>(n, last, done, to);
        }
    }

    private int Columns<T>(int firstRow, int endRow, int i, int end)
        where T : struct, ILanes<T>
    {
        for (; i + T.Count <= end; i += T.Count)
        {
            T gamma = default;
            T beta = default;
            for (int n = firstRow; n < endRow; n++)
            {
                var d = T.Load(dY.Floats + ((long)n * dY.RowStride) + i);
                var centred =
                    T.Load(x.Floats + ((long)n * x.RowStride) + i) - T.Broadcast(mean.Floats[n]);
                gamma = T.Fma(d, centred * T.Broadcast(rstd.Floats[n]), gamma);
                beta += d;
            }
            (T.Load(dGamma.Floats + i) + gamma).Store(dGamma.Floats + i);
            (T.Load(dBeta.Floats + i) + beta).Store(dBeta.Floats + i);
        }
        return i;
    }
}

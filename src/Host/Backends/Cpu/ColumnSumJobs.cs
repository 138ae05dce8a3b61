using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>
/// dBias += column sums of dY. Columns are shared out in blocks, one block a row of the job; rows
/// go in chunks of 256 from the first one, whose sums are added in order.
/// </summary>
internal readonly unsafe struct ColumnSumJob(Tensor dBias, Tensor dY) : IRowJob
{
    /// <summary>
    /// Columns per block: whole registers of every width, and whole lines of memory in a row.
    /// </summary>
    public const int BlockColumns = 64;

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
        long stride = dY.RowStride;
        float* start = dY.Floats + (firstRow * stride);
        for (; i + (4 * T.Count) <= end; i += 4 * T.Count)
        {
            T a = default;
            T b = default;
            T c = default;
            T d = default;
            float* row = start + i;
            for (int n = firstRow; n < endRow; n++, row += stride)
            {
                a += T.Load(row);
                b += T.Load(row + T.Count);
                c += T.Load(row + (2 * T.Count));
                d += T.Load(row + (3 * T.Count));
            }
            Add(i, a);
            Add(i + T.Count, b);
            Add(i + (2 * T.Count), c);
            Add(i + (3 * T.Count), d);
        }
        for (; i + T.Count <= end; i += T.Count)
        {
            T part = default;
            float* row = start + i;
            for (int n = firstRow; n < endRow; n++, row += stride)
            {
                part += T.Load(row);
            }
            Add(i, part);
        }
        return i;
    }

    private void Add<T>(int column, T part)
        where T : struct, ILanes<T>
    {
        float* sum = dBias.Floats + column;
        (T.Load(sum) + part).Store(sum);
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
        for (; i + (2 * T.Count) <= end; i += 2 * T.Count)
        {
            T gamma0 = default;
            T gamma1 = default;
            T beta0 = default;
            T beta1 = default;
            for (int n = firstRow; n < endRow; n++)
            {
                float* d = dY.Floats + ((long)n * dY.RowStride) + i;
                float* h = x.Floats + ((long)n * x.RowStride) + i;
                var (m, r) = (T.Broadcast(mean.Floats[n]), T.Broadcast(rstd.Floats[n]));
                var (d0, d1) = (T.Load(d), T.Load(d + T.Count));
                gamma0 = T.Fma(d0, (T.Load(h) - m) * r, gamma0);
                gamma1 = T.Fma(d1, (T.Load(h + T.Count) - m) * r, gamma1);
                beta0 += d0;
                beta1 += d1;
            }
            Add(i, gamma0, beta0);
            Add(i + T.Count, gamma1, beta1);
        }
        for (; i + T.Count <= end; i += T.Count)
        {
            T gamma = default;
            T beta = default;
            for (int n = firstRow; n < endRow; n++)
            {
                var d = T.Load(dY.Floats + ((long)n * dY.RowStride) + i);
                var h = T.Load(x.Floats + ((long)n * x.RowStride) + i);
                var (m, r) = (T.Broadcast(mean.Floats[n]), T.Broadcast(rstd.Floats[n]));
                gamma = T.Fma(d, (h - m) * r, gamma);
                beta += d;
            }
            Add(i, gamma, beta);
        }
        return i;
    }

    private void Add<T>(int column, T gamma, T beta)
        where T : struct, ILanes<T>
    {
        (T.Load(dGamma.Floats + column) + gamma).Store(dGamma.Floats + column);
        (T.Load(dBeta.Floats + column) + beta).Store(dBeta.Floats + column);
    }
}

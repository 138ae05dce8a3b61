using Robustness.Compute;

namespace Robustness.Backends.Cpu;

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
            int done = Columns<T>(n, last, from, to, null);
            Columns<Lanes1>(n, last, done, to, null);
        }
    }

    /// <summary>The sums of some rows: [2C], of dGamma and then of dBeta.</summary>
    public void Sums<T>(int firstRow, int endRow, float* sums)
        where T : struct, ILanes<T>
    {
        int c = x.Shape.Columns;
        int done = Columns<T>(firstRow, endRow, 0, c, sums);
        Columns<Lanes1>(firstRow, endRow, done, c, sums);
    }

    private int Columns<T>(int firstRow, int endRow, int i, int end, float* sums)
        where T : struct, ILanes<T>
    {
        float* means = mean.Floats;
        float* rstds = rstd.Floats;
        long dRow = dY.RowStride;
        long xRow = x.RowStride;
        float* firstD = dY.Floats + (firstRow * dRow);
        float* firstX = x.Floats + (firstRow * xRow);
        for (; i + (2 * T.Count) <= end; i += 2 * T.Count)
        {
            T gamma0 = default;
            T gamma1 = default;
            T beta0 = default;
            T beta1 = default;
            float* d = firstD + i;
            float* h = firstX + i;
            for (int n = firstRow; n < endRow; n++, d += dRow, h += xRow)
            {
                var (m, r) = (T.Broadcast(means[n]), T.Broadcast(rstds[n]));
                var (d0, d1) = (T.Load(d), T.Load(d + T.Count));
                gamma0 = T.Fma(d0, (T.Load(h) - m) * r, gamma0);
                gamma1 = T.Fma(d1, (T.Load(h + T.Count) - m) * r, gamma1);
                beta0 += d0;
                beta1 += d1;
            }
            Put(sums, i, gamma0, beta0);
            Put(sums, i + T.Count, gamma1, beta1);
        }
        for (; i + T.Count <= end; i += T.Count)
        {
            T gamma = default;
            T beta = default;
            float* d = firstD + i;
            float* h = firstX + i;
            for (int n = firstRow; n < endRow; n++, d += dRow, h += xRow)
            {
                var (m, r) = (T.Broadcast(means[n]), T.Broadcast(rstds[n]));
                gamma = T.Fma(T.Load(d), (T.Load(h) - m) * r, gamma);
                beta += T.Load(d);
            }
            Put(sums, i, gamma, beta);
        }
        return i;
    }

    private void Put<T>(float* sums, int column, T gamma, T beta)
        where T : struct, ILanes<T>
    {
        if (sums != null)
        {
            gamma.Store(sums + column);
            beta.Store(sums + x.Shape.Columns + column);
            return;
        }
        (T.Load(dGamma.Floats + column) + gamma).Store(dGamma.Floats + column);
        (T.Load(dBeta.Floats + column) + beta).Store(dBeta.Floats + column);
    }
}

/// <summary>
/// Layer norm backward to input and parameters in one walk; row of the job = chunk of rows, whose
/// sums go to a row of its own, [chunks, 2C], to be added up in order.
/// </summary>
internal readonly unsafe struct LayerNormChunkJob(
    LayerNormBackwardJob input,
    LayerNormParameterJob parameters,
    Tensor sums,
    int rowCount
) : IRowJob
{
    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        for (int chunk = first; chunk < end; chunk++)
        {
            int from = chunk * ColumnSumJob.ChunkRows;
            int to = Math.Min(rowCount, from + ColumnSumJob.ChunkRows);
            input.Run<T>(from, to);
            parameters.Sums<T>(from, to, sums.Floats + ((long)chunk * sums.RowStride));
        }
    }
}

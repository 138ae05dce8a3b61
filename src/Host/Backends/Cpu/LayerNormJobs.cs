using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>Layer norm, forward.</summary>
internal readonly unsafe struct LayerNormForwardJob(
    Tensor y,
    Tensor mean,
    Tensor rstd,
    Tensor x,
    Tensor gamma,
    Tensor beta,
    float epsilon
) : IRowJob
{
    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        int c = x.Shape.Columns;
        for (int n = first; n < end; n++)
        {
            float* from = x.Floats + ((long)n * x.RowStride);
            float* to = y.Floats + ((long)n * y.RowStride);
            float m = RowSums.Sum<T>(from, c) / c;
            float r = 1f / MathF.Sqrt((RowSums.SumOfSquares<T>(from, c, m) / c) + epsilon);
            int done = Normalise<T>(to, from, m, r, 0, c);
            Normalise<Lanes1>(to, from, m, r, done, c);
            if (!mean.IsNone)
            {
                mean.Floats[n] = m;
                rstd.Floats[n] = r;
            }
        }
    }

    private int Normalise<T>(float* to, float* from, float m, float r, int i, int c)
        where T : struct, ILanes<T>
    {
        var (wideMean, wideRstd) = (T.Broadcast(m), T.Broadcast(r));
        for (; i + T.Count <= c; i += T.Count)
        {
            var h = (T.Load(from + i) - wideMean) * wideRstd;
            T.Fma(h, T.Load(gamma.Floats + i), T.Load(beta.Floats + i)).Store(to + i);
        }
        return i;
    }
}

/// <summary>Layer norm, backward to the input: added to dX.</summary>
internal readonly unsafe struct LayerNormBackwardJob(
    Tensor dX,
    Tensor dY,
    Tensor x,
    Tensor mean,
    Tensor rstd,
    Tensor gamma
) : IRowJob
{
    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        int c = x.Shape.Columns;
        float* partial = stackalloc float[2 * RowSums.PartialCount];
        for (int n = first; n < end; n++)
        {
            var row = new Row(
                dX.Floats + ((long)n * dX.RowStride),
                dY.Floats + ((long)n * dY.RowStride),
                x.Floats + ((long)n * x.RowStride),
                mean.Floats[n],
                rstd.Floats[n]
            );
            new Span<float>(partial, 2 * RowSums.PartialCount).Clear();
            int done = Sums<T>(partial, row, 0, c / RowSums.PartialCount * RowSums.PartialCount);
            Sums<Lanes1>(partial, row, done, c);
            float meanG = RowSums.Tree(partial) / c;
            float meanGh = RowSums.Tree(partial + RowSums.PartialCount) / c;
            done = Apply<T>(row, meanG, meanGh, 0, c);
            Apply<Lanes1>(row, meanG, meanGh, done, c);
        }
    }

    // Partial sums of g = dY · gamma and of g · h, h the normalised input.
    private int Sums<T>(float* partial, in Row row, int i, int end)
        where T : struct, ILanes<T>
    {
        var (m, r) = (T.Broadcast(row.Mean), T.Broadcast(row.Rstd));
        for (; i + T.Count <= end; i += T.Count)
        {
            float* p = partial + (i % RowSums.PartialCount);
            var g = T.Load(row.DY + i) * T.Load(gamma.Floats + i);
            var h = (T.Load(row.X + i) - m) * r;
            (T.Load(p) + g).Store(p);
            p += RowSums.PartialCount;
            T.Fma(g, h, T.Load(p)).Store(p);
        }
        return i;
    }

    private int Apply<T>(in Row row, float meanG, float meanGh, int i, int end)
        where T : struct, ILanes<T>
    {
        var (m, r) = (T.Broadcast(row.Mean), T.Broadcast(row.Rstd));
        var (wideG, wideGh) = (T.Broadcast(meanG), T.Broadcast(-meanGh));
        for (; i + T.Count <= end; i += T.Count)
        {
            var g = T.Load(row.DY + i) * T.Load(gamma.Floats + i);
            var h = (T.Load(row.X + i) - m) * r;
            var d = T.Fma(h, wideGh, g - wideG);
            T.Fma(d, r, T.Load(row.DX + i)).Store(row.DX + i);
        }
        return i;
    }

    private readonly struct Row(float* dX, float* dY, float* x, float mean, float rstd)
    {
        public readonly float* DX = dX;
        public readonly float* DY = dY;
        public readonly float* X = x;
        public readonly float Mean = mean;
        public readonly float Rstd = rstd;
    }
}

/// <summary>
/// Gradients of gamma and beta: columns in parallel, rows in chunks of 256 whose sums are added
/// in order. Row = one block of 16 columns.
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
        int c = x.Shape.Columns;
        for (int block = first; block < end; block++)
        {
            int from = block * ColumnSumJob.BlockColumns;
            int to = Math.Min(c, from + ColumnSumJob.BlockColumns);
            int done = Columns<T>(from, to);
            Columns<Lanes1>(done, to);
        }
    }

    private int Columns<T>(int i, int end)
        where T : struct, ILanes<T>
    {
        for (; i + T.Count <= end; i += T.Count)
        {
            var gamma = T.Load(dGamma.Floats + i);
            var beta = T.Load(dBeta.Floats + i);
            for (int chunk = 0; chunk < x.Shape.Rows; chunk += ColumnSumJob.ChunkRows)
            {
                T chunkGamma = default;
                T chunkBeta = default;
                int last = Math.Min(x.Shape.Rows, chunk + ColumnSumJob.ChunkRows);
                for (int n = chunk; n < last; n++)
                {
                    var d = T.Load(dY.Floats + ((long)n * dY.RowStride) + i);
                    var h =
                        (
                            T.Load(x.Floats + ((long)n * x.RowStride) + i)
                            - T.Broadcast(mean.Floats[n])
                        ) * T.Broadcast(rstd.Floats[n]);
                    chunkGamma = T.Fma(d, h, chunkGamma);
                    chunkBeta += d;
                }
                gamma += chunkGamma;
                beta += chunkBeta;
            }
            gamma.Store(dGamma.Floats + i);
            beta.Store(dBeta.Floats + i);
        }
        return i;
    }
}

/// <summary>dBias += column sums of dY; rows in chunks of 256. Row = one block of columns.</summary>
internal readonly unsafe struct ColumnSumJob(Tensor dBias, Tensor dY) : IRowJob
{
    /// <summary>Columns per block: whole registers of every width.</summary>
    public const int BlockColumns = 16;

    /// <summary>Rows whose sum is taken before it is added to the total.</summary>
    public const int ChunkRows = 256;

    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        for (int block = first; block < end; block++)
        {
            int from = block * BlockColumns;
            int to = Math.Min(dY.Shape.Columns, from + BlockColumns);
            int done = Columns<T>(from, to);
            Columns<Lanes1>(done, to);
        }
    }

    private int Columns<T>(int i, int end)
        where T : struct, ILanes<T>
    {
        for (; i + T.Count <= end; i += T.Count)
        {
            var sum = T.Load(dBias.Floats + i);
            for (int chunk = 0; chunk < dY.Shape.Rows; chunk += ChunkRows)
            {
                T part = default;
                int last = Math.Min(dY.Shape.Rows, chunk + ChunkRows);
                for (int n = chunk; n < last; n++)
                {
                    part += T.Load(dY.Floats + ((long)n * dY.RowStride) + i);
                }
                sum += part;
            }
            sum.Store(dBias.Floats + i);
        }
        return i;
    }
}

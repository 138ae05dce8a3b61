using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>RMS norm, forward.</summary>
internal readonly unsafe struct RmsNormForwardJob(
    Tensor y,
    Tensor rstd,
    Tensor x,
    Tensor gamma,
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
            float r = 1f / MathF.Sqrt((RowSums.SumOfSquares<T>(from, c, 0) / c) + epsilon);
            int done = Scale<T>(to, from, r, 0, c);
            Scale<Lanes1>(to, from, r, done, c);
            if (!rstd.IsNone)
            {
                rstd.Floats[n] = r;
            }
        }
    }

    private int Scale<T>(float* to, float* from, float r, int i, int c)
        where T : struct, ILanes<T>
    {
        var wide = T.Broadcast(r);
        for (; i + T.Count <= c; i += T.Count)
        {
            (T.Load(from + i) * wide * T.Load(gamma.Floats + i)).Store(to + i);
        }
        return i;
    }
}

/// <summary>RMS norm, backward to the input: added to dX.</summary>
internal readonly unsafe struct RmsNormBackwardJob(
    Tensor dX,
    Tensor dY,
    Tensor x,
    Tensor rstd,
    Tensor gamma
) : IRowJob
{
    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        int c = x.Shape.Columns;
        float* partial = stackalloc float[RowSums.PartialCount];
        for (int n = first; n < end; n++)
        {
            float* target = dX.Floats + ((long)n * dX.RowStride);
            float* d = dY.Floats + ((long)n * dY.RowStride);
            float* from = x.Floats + ((long)n * x.RowStride);
            float r = rstd.Floats[n];
            Sums<T>(partial, d, from, r, c);
            float meanGh = RowSums.Tree(partial) / c;
            int done = Apply<T>(target, d, from, r, meanGh, 0);
            Apply<Lanes1>(target, d, from, r, meanGh, done);
        }
    }

    // Partial sums of g · h, g = dY · gamma, h = x · rstd.
    private void Sums<T>(float* partial, float* d, float* from, float r, int c)
        where T : struct, ILanes<T>
    {
        var wide = T.Broadcast(r);
        int whole = RowSums.Whole(c);
        for (int j = 0; j < RowSums.PartialCount; j += T.Count)
        {
            T sum = default;
            for (int i = j; i < whole; i += RowSums.PartialCount)
            {
                var g = T.Load(d + i) * T.Load(gamma.Floats + i);
                sum = T.Fma(g, T.Load(from + i) * wide, sum);
            }
            sum.Store(partial + j);
        }
        float* p = partial;
        for (int i = whole; i < c; i++, p++)
        {
            *p = MathF.FusedMultiplyAdd(d[i] * gamma.Floats[i], from[i] * r, *p);
        }
    }

    private int Apply<T>(float* target, float* d, float* from, float r, float meanGh, int i)
        where T : struct, ILanes<T>
    {
        var (wide, minusMean) = (T.Broadcast(r), T.Broadcast(-meanGh));
        for (; i + T.Count <= x.Shape.Columns; i += T.Count)
        {
            var g = T.Load(d + i) * T.Load(gamma.Floats + i);
            var inner = T.Fma(T.Load(from + i) * wide, minusMean, g);
            T.Fma(inner, wide, T.Load(target + i)).Store(target + i);
        }
        return i;
    }
}

/// <summary>dGamma += Σ dY · x · rstd over rows, cut like <see cref="ColumnSumJob"/>.</summary>
internal readonly unsafe struct RmsNormParameterJob(Tensor dGamma, Tensor dY, Tensor x, Tensor rstd)
    : IRowJob
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
            T sum = default;
            for (int n = firstRow; n < endRow; n++)
            {
                var h =
                    T.Load(x.Floats + ((long)n * x.RowStride) + i) * T.Broadcast(rstd.Floats[n]);
                sum = T.Fma(T.Load(dY.Floats + ((long)n * dY.RowStride) + i), h, sum);
            }
            (T.Load(dGamma.Floats + i) + sum).Store(dGamma.Floats + i);
        }
        return i;
    }
}

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
        float* scale = gamma.Floats;
        float* shift = beta.Floats;
        for (; i + T.Count <= c; i += T.Count)
        {
            var h = (T.Load(from + i) - wideMean) * wideRstd;
            T.Fma(h, T.Load(scale + i), T.Load(shift + i)).Store(to + i);
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
            Sums<T>(partial, row, c);
            float meanG = RowSums.Tree(partial) / c;
            float meanGh = RowSums.Tree(partial + RowSums.PartialCount) / c;
            int done = Apply<T>(row, meanG, meanGh, 0, c);
            Apply<Lanes1>(row, meanG, meanGh, done, c);
        }
    }

    // Partial sums of g = dY · gamma, then of g · h, h the normalised input.
    private void Sums<T>(float* partial, in Row row, int c)
        where T : struct, ILanes<T>
    {
        var (m, r) = (T.Broadcast(row.Mean), T.Broadcast(row.Rstd));
        float* scale = gamma.Floats;
        int whole = RowSums.Whole(c);
        for (int j = 0; j < RowSums.PartialCount; j += T.Count)
        {
            T sumG = default;
            T sumGh = default;
            for (int i = j; i < whole; i += RowSums.PartialCount)
            {
                var g = T.Load(row.DY + i) * T.Load(scale + i);
                sumG += g;
                sumGh = T.Fma(g, (T.Load(row.X + i) - m) * r, sumGh);
            }
            sumG.Store(partial + j);
            sumGh.Store(partial + RowSums.PartialCount + j);
        }
        float* p = partial;
        for (int i = whole; i < c; i++, p++)
        {
            float g = row.DY[i] * scale[i];
            float h = (row.X[i] - row.Mean) * row.Rstd;
            p[0] += g;
            p[RowSums.PartialCount] = MathF.FusedMultiplyAdd(g, h, p[RowSums.PartialCount]);
        }
    }

    private int Apply<T>(in Row row, float meanG, float meanGh, int i, int end)
        where T : struct, ILanes<T>
    {
        var (m, r) = (T.Broadcast(row.Mean), T.Broadcast(row.Rstd));
        var (wideG, wideGh) = (T.Broadcast(meanG), T.Broadcast(-meanGh));
        float* scale = gamma.Floats;
        float* from = row.X;
        float* d = row.DY;
        float* to = row.DX;
        for (; i + T.Count <= end; i += T.Count)
        {
            var g = T.Load(d + i) * T.Load(scale + i);
            var h = (T.Load(from + i) - m) * r;
            var part = T.Fma(h, wideGh, g - wideG);
            T.Fma(part, r, T.Load(to + i)).Store(to + i);
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

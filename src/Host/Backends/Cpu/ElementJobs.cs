using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>y = gelu(x + bias), row by row.</summary>
internal readonly unsafe struct GeluForwardJob(Tensor y, Tensor x, Tensor bias) : IRowJob
{
    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        for (int n = first; n < end; n++)
        {
            float* to = y.Floats + ((long)n * y.RowStride);
            float* from = x.Floats + ((long)n * x.RowStride);
            int done = Elements<T>(to, from, 0);
            Elements<Lanes1>(to, from, done);
        }
    }

    private int Elements<T>(float* to, float* from, int i)
        where T : struct, ILanes<T>
    {
        for (; i + T.Count <= x.Shape.Columns; i += T.Count)
        {
            var u = T.Load(from + i);
            if (!bias.IsNone)
            {
                u += T.Load(bias.Floats + i);
            }
            VectorMath.Gelu(u).Store(to + i);
        }
        return i;
    }
}

/// <summary>dX = dY · gelu'(x), row by row.</summary>
internal readonly unsafe struct GeluBackwardJob(Tensor dX, Tensor dY, Tensor x) : IRowJob
{
    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        for (int n = first; n < end; n++)
        {
            float* to = dX.Floats + ((long)n * dX.RowStride);
            float* d = dY.Floats + ((long)n * dY.RowStride);
            float* from = x.Floats + ((long)n * x.RowStride);
            int done = Elements<T>(to, d, from, 0);
            Elements<Lanes1>(to, d, from, done);
        }
    }

    private int Elements<T>(float* to, float* d, float* from, int i)
        where T : struct, ILanes<T>
    {
        for (; i + T.Count <= x.Shape.Columns; i += T.Count)
        {
            (T.Load(d + i) * VectorMath.GeluDerivative(T.Load(from + i))).Store(to + i);
        }
        return i;
    }
}

/// <summary>y = a + b, row by row.</summary>
internal readonly unsafe struct ResidualJob(Tensor y, Tensor a, Tensor b) : IRowJob
{
    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        for (int n = first; n < end; n++)
        {
            float* to = y.Floats + ((long)n * y.RowStride);
            float* p = a.Floats + ((long)n * a.RowStride);
            float* q = b.Floats + ((long)n * b.RowStride);
            int done = Elements<T>(to, p, q, 0);
            Elements<Lanes1>(to, p, q, done);
        }
    }

    private int Elements<T>(float* to, float* p, float* q, int i)
        where T : struct, ILanes<T>
    {
        for (; i + T.Count <= y.Shape.Columns; i += T.Count)
        {
            (T.Load(p + i) + T.Load(q + i)).Store(to + i);
        }
        return i;
    }
}

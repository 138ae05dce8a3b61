using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>y = silu(gate) · up, row by row.</summary>
internal readonly unsafe struct SwigluForwardJob(Tensor y, Tensor gate, Tensor up) : IRowJob
{
    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        for (int n = first; n < end; n++)
        {
            float* to = y.Floats + ((long)n * y.RowStride);
            float* g = gate.Floats + ((long)n * gate.RowStride);
            float* u = up.Floats + ((long)n * up.RowStride);
            int done = Elements<T>(to, g, u, 0);
            Elements<Lanes1>(to, g, u, done);
        }
    }

    private int Elements<T>(float* to, float* g, float* u, int i)
        where T : struct, ILanes<T>
    {
        for (; i + T.Count <= y.Shape.Columns; i += T.Count)
        {
            var x = T.Load(g + i);
            (x * VectorMath.Sigmoid(x) * T.Load(u + i)).Store(to + i);
        }
        return i;
    }
}

/// <summary>The gradients of <see cref="SwigluForwardJob"/>, row by row.</summary>
internal readonly unsafe struct SwigluBackwardJob(
    Tensor dGate,
    Tensor dUp,
    Tensor dY,
    Tensor gate,
    Tensor up
) : IRowJob
{
    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        for (int n = first; n < end; n++)
        {
            int done = Elements<T>(n, 0);
            Elements<Lanes1>(n, done);
        }
    }

    private int Elements<T>(int n, int i)
        where T : struct, ILanes<T>
    {
        float* toGate = dGate.Floats + ((long)n * dGate.RowStride);
        float* toUp = dUp.Floats + ((long)n * dUp.RowStride);
        float* d = dY.Floats + ((long)n * dY.RowStride);
        float* g = gate.Floats + ((long)n * gate.RowStride);
        float* u = up.Floats + ((long)n * up.RowStride);
        var one = T.Broadcast(1f);
        for (; i + T.Count <= dY.Shape.Columns; i += T.Count)
        {
            var (x, dy) = (T.Load(g + i), T.Load(d + i));
            var s = VectorMath.Sigmoid(x);
            var slope = s * T.Fma(x, one - s, one);
            var gateGradient = dy * T.Load(u + i) * slope;
            (dy * x * s).Store(toUp + i);
            gateGradient.Store(toGate + i);
        }
        return i;
    }
}

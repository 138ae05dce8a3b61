using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>
/// Adafactor of a vector, in blocks of <see cref="SquareSumJob.BlockLength"/>: the moment
/// v = β2 v + (1 - β2) u² of every element and the update g / √v, whose squares are summed next.
/// </summary>
internal readonly unsafe struct AdafactorVectorJob(
    Tensor update,
    Tensor moment,
    Tensor gradient,
    AdafactorMoments moments
) : IRowJob
{
    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        int i = first * SquareSumJob.BlockLength;
        int to = (int)Math.Min(gradient.Count, (long)end * SquareSumJob.BlockLength);
        i = Elements<T>(i, to);
        Elements<Lanes1>(i, to);
    }

    private int Elements<T>(int i, int end)
        where T : struct, ILanes<T>
    {
        var (kept, fresh) = (T.Broadcast(moments.Kept), T.Broadcast(moments.Fresh));
        var (scale, epsilon) = (T.Broadcast(moments.Scale), T.Broadcast(moments.Epsilon));
        for (; i + T.Count <= end; i += T.Count)
        {
            var g = T.Load(gradient.Floats + i) * scale;
            var square = T.Fma(g, g, epsilon);
            var v = T.Fma(T.Load(moment.Floats + i), kept, square * fresh);
            v.Store(moment.Floats + i);
            (g / T.Sqrt(v)).Store(update.Floats + i);
        }
        return i;
    }
}

/// <summary>y += factor · x for vectors, in the same blocks.</summary>
internal readonly unsafe struct AddScaledJob(Tensor y, Tensor x, float factor) : IRowJob
{
    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        int i = first * SquareSumJob.BlockLength;
        int to = (int)Math.Min(y.Count, (long)end * SquareSumJob.BlockLength);
        i = Elements<T>(i, to);
        Elements<Lanes1>(i, to);
    }

    private int Elements<T>(int i, int end)
        where T : struct, ILanes<T>
    {
        var wide = T.Broadcast(factor);
        for (; i + T.Count <= end; i += T.Count)
        {
            T.Fma(T.Load(x.Floats + i), wide, T.Load(y.Floats + i)).Store(y.Floats + i);
        }
        return i;
    }
}

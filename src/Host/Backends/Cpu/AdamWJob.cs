using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>One AdamW update, in blocks of <see cref="SquareSumJob.BlockLength"/>.</summary>
internal readonly unsafe struct AdamWJob(
    Tensor weight,
    Tensor m,
    Tensor v,
    Tensor gradient,
    AdamWStep step
) : IRowJob
{
    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        long count = weight.Count;
        // In double: 1 - β^t of the first steps would lose most of its digits in f32.
        float correction1 = (float)(1 / (1 - Math.Pow(step.Beta1, step.Step)));
        float correction2 = (float)(1 / (1 - Math.Pow(step.Beta2, step.Step)));
        for (int block = first; block < end; block++)
        {
            long from = (long)block * SquareSumJob.BlockLength;
            long to = Math.Min(count, from + SquareSumJob.BlockLength);
            from = Elements<T>(from, to, correction1, correction2);
            Elements<Lanes1>(from, to, correction1, correction2);
        }
    }

    private long Elements<T>(long i, long end, float correction1, float correction2)
        where T : struct, ILanes<T>
    {
        var (b1, n1) = (T.Broadcast(step.Beta1), T.Broadcast(1f - step.Beta1));
        var (b2, n2) = (T.Broadcast(step.Beta2), T.Broadcast(1f - step.Beta2));
        var decay = T.Broadcast(1f - (step.LearningRate * step.WeightDecay));
        var rate = T.Broadcast(-step.LearningRate * correction1);
        var (c2, epsilon) = (T.Broadcast(correction2), T.Broadcast(step.Epsilon));
        var scale = T.Broadcast(step.GradientScale);
        float* gradients = gradient.Floats;
        float* means = m.Floats;
        float* squares = v.Floats;
        float* weights = weight.Floats;
        for (; i + T.Count <= end; i += T.Count)
        {
            var g = T.Load(gradients + i) * scale;
            var first = T.Fma(T.Load(means + i), b1, g * n1);
            var second = T.Fma(T.Load(squares + i), b2, g * g * n2);
            first.Store(means + i);
            second.Store(squares + i);
            var update = first / (T.Sqrt(second * c2) + epsilon);
            T.Fma(update, rate, T.Load(weights + i) * decay).Store(weights + i);
        }
        return i;
    }
}

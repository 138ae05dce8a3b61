using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>
/// Loss of rows of logits; with a scale the logits become scale · (softmax - onehot) in place.
/// </summary>
internal readonly unsafe struct CrossEntropyJob(
    Tensor loss,
    Tensor correct,
    Tensor logits,
    Tensor targets,
    Tensor scale,
    int firstRow
) : IRowJob
{
    public void Run<T>(int first, int end)
        where T : struct, ILanes<T>
    {
        int v = logits.Shape.Columns;
        for (int n = first; n < end; n++)
        {
            float* row = logits.Floats + ((long)n * logits.RowStride);
            int target = targets.Ints[firstRow + n];
            float max = RowSums.Maximum<T>(row, v);
            if (!correct.IsNone)
            {
                int best = new ReadOnlySpan<float>(row, v).IndexOf(max);
                correct.Ints[firstRow + n] = best == target ? 1 : 0;
            }
            double atTarget = row[target];
            int done = Exponentials<T>(row, max, 0, v);
            Exponentials<Lanes1>(row, max, done, v);
            float sum = RowSums.Sum<T>(row, v);
            loss.Doubles[firstRow + n] = Math.Log(sum) + max - atTarget;
            if (!scale.IsNone)
            {
                float s = scale.Floats[firstRow + n];
                done = Scale<T>(row, s / sum, 0, v);
                Scale<Lanes1>(row, s / sum, done, v);
                row[target] -= s;
            }
        }
    }

    private static int Exponentials<T>(float* row, float max, int i, int v)
        where T : struct, ILanes<T>
    {
        var wide = T.Broadcast(max);
        for (; i + T.Count <= v; i += T.Count)
        {
            VectorMath.Exp(T.Load(row + i) - wide).Store(row + i);
        }
        return i;
    }

    private static int Scale<T>(float* row, float factor, int i, int v)
        where T : struct, ILanes<T>
    {
        var wide = T.Broadcast(factor);
        for (; i + T.Count <= v; i += T.Count)
        {
            (T.Load(row + i) * wide).Store(row + i);
        }
        return i;
    }
}

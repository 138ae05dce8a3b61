using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>
/// One query against its keys. A score is one accumulator, d ascending; the maximum is exact;
/// the sum of exponentials is 16 partial sums by position mod 16 and the fixed tree; the output
/// is one accumulator per element, positions ascending.
/// </summary>
internal static unsafe class AttentionRow
{
    /// <summary>scores [padded] = scale · q · K for positions 0 .. padded - 1.</summary>
    public static void Scores<T>(
        float* scores,
        float* q,
        float* keys,
        int padded,
        int count,
        int headSize,
        float scale
    )
        where T : struct, ILanes<T>
    {
        int end = (count + RowSums.PartialCount - 1) / RowSums.PartialCount * RowSums.PartialCount;
        var wideScale = T.Broadcast(scale);
        int j = 0;
        for (; j + (2 * T.Count) <= end; j += 2 * T.Count)
        {
            T s0 = default;
            T s1 = default;
            float* key = keys + j;
            for (int d = 0; d < headSize; d++, key += padded)
            {
                var x = T.Broadcast(q[d]);
                s0 = T.Fma(x, T.Load(key), s0);
                s1 = T.Fma(x, T.Load(key + T.Count), s1);
            }
            (s0 * wideScale).Store(scores + j);
            (s1 * wideScale).Store(scores + j + T.Count);
        }
        for (; j < end; j += T.Count)
        {
            T s0 = default;
            float* key = keys + j;
            for (int d = 0; d < headSize; d++, key += padded)
            {
                s0 = T.Fma(T.Broadcast(q[d]), T.Load(key), s0);
            }
            (s0 * wideScale).Store(scores + j);
        }
    }

    /// <summary>scores become exp(score - max), zero from count on; returns their sum.</summary>
    public static float Exponentials<T>(float* scores, int count, out float max)
        where T : struct, ILanes<T>
    {
        max = scores[0];
        for (int j = 1; j < count; j++)
        {
            max = scores[j] > max ? scores[j] : max;
        }
        int end = (count + RowSums.PartialCount - 1) / RowSums.PartialCount * RowSums.PartialCount;
        for (int j = count; j < end; j++)
        {
            scores[j] = max;
        }
        var wideMax = T.Broadcast(max);
        for (int j = 0; j < end; j += T.Count)
        {
            VectorMath.Exp(T.Load(scores + j) - wideMax).Store(scores + j);
        }
        new Span<float>(scores + count, end - count).Clear();
        return RowSums.Sum<T>(scores, end);
    }

    /// <summary>out [D] = factor · Σ_j weights[j] · rows[j], rows [count, D].</summary>
    public static void Combine<T>(
        float* output,
        float* weights,
        float* rows,
        int count,
        int headSize,
        float factor
    )
        where T : struct, ILanes<T>
    {
        int done = Columns<T>(output, weights, rows, count, headSize, factor, 0);
        Columns<Lanes1>(output, weights, rows, count, headSize, factor, done);
    }

    /// <summary>rows [count, D] += weights[j] · x: one term of each row's sum.</summary>
    public static void AddOuter<T>(float* rows, float* weights, float* x, int count, int headSize)
        where T : struct, ILanes<T>
    {
        for (int j = 0; j < count; j++)
        {
            int done = AddScaled<T>(rows + (j * headSize), x, weights[j], headSize, 0);
            AddScaled<Lanes1>(rows + (j * headSize), x, weights[j], headSize, done);
        }
    }

    private static int AddScaled<T>(float* y, float* x, float weight, int n, int i)
        where T : struct, ILanes<T>
    {
        var wide = T.Broadcast(weight);
        for (; i + T.Count <= n; i += T.Count)
        {
            T.Fma(wide, T.Load(x + i), T.Load(y + i)).Store(y + i);
        }
        return i;
    }

    private static int Columns<T>(
        float* output,
        float* weights,
        float* rows,
        int count,
        int headSize,
        float factor,
        int i
    )
        where T : struct, ILanes<T>
    {
        var wide = T.Broadcast(factor);
        for (; i + T.Count <= headSize; i += T.Count)
        {
            T sum = default;
            float* row = rows + i;
            for (int j = 0; j < count; j++, row += headSize)
            {
                sum = T.Fma(T.Broadcast(weights[j]), T.Load(row), sum);
            }
            (sum * wide).Store(output + i);
        }
        return i;
    }
}

using System.Runtime.CompilerServices;

namespace Robustness.Backends.Cpu;

/// <summary>
/// Sums along a row: 16 partial sums, partial j adds elements j, j + 16, ...; then the tree
/// 8, 4, 2, 1. The vector width only says how many registers hold the 16.
/// </summary>
internal static unsafe class RowSums
{
    /// <summary>Partial sums of a row.</summary>
    public const int PartialCount = 16;

    /// <summary>Σ x.</summary>
    public static float Sum<T>(float* x, int n)
        where T : struct, ILanes<T>
    {
        float* partial = stackalloc float[PartialCount];
        int i = 0;
        for (; i + PartialCount <= n; i += PartialCount)
        {
            for (int r = 0; r < PartialCount; r += T.Count)
            {
                (T.Load(partial + r) + T.Load(x + i + r)).Store(partial + r);
            }
        }
        for (int r = 0; i < n; i++, r++)
        {
            partial[r] += x[i];
        }
        return Tree(partial);
    }

    /// <summary>Σ (x - shift)².</summary>
    public static float SumOfSquares<T>(float* x, int n, float shift)
        where T : struct, ILanes<T>
    {
        float* partial = stackalloc float[PartialCount];
        var wide = T.Broadcast(shift);
        int i = 0;
        for (; i + PartialCount <= n; i += PartialCount)
        {
            for (int r = 0; r < PartialCount; r += T.Count)
            {
                var d = T.Load(x + i + r) - wide;
                T.Fma(d, d, T.Load(partial + r)).Store(partial + r);
            }
        }
        for (int r = 0; i < n; i++, r++)
        {
            float d = x[i] - shift;
            partial[r] = MathF.FusedMultiplyAdd(d, d, partial[r]);
        }
        return Tree(partial);
    }

    /// <summary>Σ x · y.</summary>
    public static float Dot<T>(float* x, float* y, int n)
        where T : struct, ILanes<T>
    {
        float* partial = stackalloc float[PartialCount];
        int i = 0;
        for (; i + PartialCount <= n; i += PartialCount)
        {
            for (int r = 0; r < PartialCount; r += T.Count)
            {
                T.Fma(T.Load(x + i + r), T.Load(y + i + r), T.Load(partial + r)).Store(partial + r);
            }
        }
        for (int r = 0; i < n; i++, r++)
        {
            partial[r] = MathF.FusedMultiplyAdd(x[i], y[i], partial[r]);
        }
        return Tree(partial);
    }

    /// <summary>The fixed tree over the 16 partial sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Tree(float* partial)
    {
        for (int half = PartialCount / 2; half > 0; half /= 2)
        {
            for (int j = 0; j < half; j++)
            {
                partial[j] += partial[j + half];
            }
        }
        return partial[0];
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Robustness.Backends.Cpu;

/// <summary>
/// Sums along a row: 16 partial sums, partial j adds elements j, j + 16, ...; then the tree
/// 8, 4, 2, 1. The vector width only says how many of the 16 are added up in one walk.
/// </summary>
internal static unsafe class RowSums
{
    /// <summary>Partial sums of a row.</summary>
    public const int PartialCount = 16;

    /// <summary>The part of n elements that fills all partial sums equally.</summary>
    public static int Whole(int n) => n / PartialCount * PartialCount;

    /// <summary>Σ x.</summary>
    public static float Sum<T>(float* x, int n)
        where T : struct, ILanes<T>
    {
        float* partial = stackalloc float[PartialCount];
        int whole = Whole(n);
        for (int r = 0; r < PartialCount; r += T.Count)
        {
            T sum = default;
            for (int i = r; i < whole; i += PartialCount)
            {
                sum += T.Load(x + i);
            }
            sum.Store(partial + r);
        }
        for (int i = whole; i < n; i++)
        {
            partial[i - whole] += x[i];
        }
        return Tree(partial);
    }

    /// <summary>Σ (x - shift)².</summary>
    public static float SumOfSquares<T>(float* x, int n, float shift)
        where T : struct, ILanes<T>
    {
        float* partial = stackalloc float[PartialCount];
        var wide = T.Broadcast(shift);
        int whole = Whole(n);
        for (int r = 0; r < PartialCount; r += T.Count)
        {
            T sum = default;
            for (int i = r; i < whole; i += PartialCount)
            {
                var d = T.Load(x + i) - wide;
                sum = T.Fma(d, d, sum);
            }
            sum.Store(partial + r);
        }
        for (int i = whole; i < n; i++)
        {
            float d = x[i] - shift;
            partial[i - whole] = MathF.FusedMultiplyAdd(d, d, partial[i - whole]);
        }
        return Tree(partial);
    }

    /// <summary>Σ x · y.</summary>
    public static float Dot<T>(float* x, float* y, int n)
        where T : struct, ILanes<T>
    {
        float* partial = stackalloc float[PartialCount];
        int whole = Whole(n);
        for (int r = 0; r < PartialCount; r += T.Count)
        {
            T sum = default;
            for (int i = r; i < whole; i += PartialCount)
            {
                sum = T.Fma(T.Load(x + i), T.Load(y + i), sum);
            }
            sum.Store(partial + r);
        }
        for (int i = whole; i < n; i++)
        {
            int j = i - whole;
            partial[j] = MathF.FusedMultiplyAdd(x[i], y[i], partial[j]);
        }
        return Tree(partial);
    }

    /// <summary>The largest of n, at least one, none of them NaN.</summary>
    public static float Maximum<T>(float* row, int count)
        where T : struct, ILanes<T>
    {
        float max = row[0];
        int j = 0;
        if (count >= T.Count)
        {
            var wide = T.Load(row);
            for (j = T.Count; j + T.Count <= count; j += T.Count)
            {
                wide = T.Max(wide, T.Load(row + j));
            }
            // The rest, with some of the elements before it once more.
            wide = T.Max(wide, T.Load(row + count - T.Count));
            j = count;
            float* lanes = stackalloc float[PartialCount];
            wide.Store(lanes);
            var four = Vector128.Load(lanes);
            for (int i = 4; i < T.Count; i += 4)
            {
                four = Vector128.MaxNative(four, Vector128.Load(lanes + i));
            }
            for (int i = 0; i < 4; i++)
            {
                max = Larger(max, four[i]);
            }
        }
        for (; j < count; j++)
        {
            max = Larger(max, row[j]);
        }
        return max;
    }

    // Math.Max would also order the zeros and pass NaN on, which takes longer.
    private static float Larger(float a, float b) => a > b ? a : b;

    /// <summary>The fixed tree over the 16 partial sums: 8, 4, 2, 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Tree(float* partial)
    {
        var eight = Vector256.Load(partial) + Vector256.Load(partial + 8);
        var four = eight.GetLower() + eight.GetUpper();
        var two = four + Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1));
        return two[0] + two[1];
    }
}

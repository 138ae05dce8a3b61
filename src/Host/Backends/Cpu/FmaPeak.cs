using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Robustness.Backends.Cpu;

/// <summary>
/// The most multiply-adds a processor gives: independent chains in registers, no memory. What a
/// kernel's share of peak is a share of.
/// </summary>
public static unsafe class FmaPeak
{
    private const int ChainCount = 12;
    private const int StepCount = 100_000;
    private const int RepeatCount = 100;

    /// <summary>GFLOP/s of all threads together, the best of many short repeats.</summary>
    /// <param name="threads">Threads that compute at the same time.</param>
    /// <param name="vectorBits">128, 256 or 512.</param>
    public static double Measure(int threads, int vectorBits)
    {
        using var pool = new WorkerPool(threads);
        int lanes = vectorBits / 32;
        float[] results = new float[threads];
        Action<int> part = vectorBits switch
        {
            512 => index => results[index] = Chains<Lanes512>(),
            256 => index => results[index] = Chains<Lanes256>(),
            _ => index => results[index] = Chains<Lanes128>(),
        };
        double best = double.PositiveInfinity;
        for (int repeat = 0; repeat < RepeatCount; repeat++)
        {
            long start = Stopwatch.GetTimestamp();
            pool.Run(threads, part);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return 2.0 * lanes * ChainCount * StepCount * threads / best / 1e9;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float Chains<T>()
        where T : struct, ILanes<T>
    {
        var x = T.Broadcast(0.999f);
        var y = T.Broadcast(1e-6f);
        T a = y,
            b = y,
            c = y,
            d = y,
            e = y,
            f = y,
            g = y,
            h = y,
            i = y,
            j = y,
            k = y,
            l = y;
        for (int step = 0; step < StepCount; step++)
        {
            a = T.Fma(a, x, y);
            b = T.Fma(b, x, y);
            c = T.Fma(c, x, y);
            d = T.Fma(d, x, y);
            e = T.Fma(e, x, y);
            f = T.Fma(f, x, y);
            g = T.Fma(g, x, y);
            h = T.Fma(h, x, y);
            i = T.Fma(i, x, y);
            j = T.Fma(j, x, y);
            k = T.Fma(k, x, y);
            l = T.Fma(l, x, y);
        }
        float* sums = stackalloc float[T.Count];
        (a + b + c + d + e + f + g + h + i + j + k + l).Store(sums);
        return *sums;
    }
}

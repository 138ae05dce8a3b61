using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Robustness.Backends.Cpu;

/// <summary>
/// Copies operands into the order in which the inner loops read them: for every term, the
/// elements of a tile side by side.
/// </summary>
internal static unsafe class GemmPacking
{
    /// <summary>Terms lie too far apart for the processor to guess the next one.</summary>
    private const int PrefetchedTerms = 12;

    /// <summary>
    /// A panel of count vectors of k terms: destination[t · width + i] = source[i · vector +
    /// t · term], zero for i in count .. width - 1.
    /// </summary>
    public static void Pack(
        float* destination,
        int width,
        float* source,
        int count,
        nint vector,
        nint term,
        int k
    )
    {
        if (vector == 1)
        {
            CopyTerms(destination, width, source, count, term, k);
            return;
        }
        int i = 0;
        if (term == 1 && Sse.IsSupported)
        {
            for (; i + 4 <= count; i += 4)
            {
                TransposeFour(destination + i, width, source + (i * vector), vector, k);
            }
        }
        for (; i < count; i++)
        {
            float* from = source + (i * vector);
            for (int t = 0; t < k; t++)
            {
                destination[((nint)t * width) + i] = from[t * term];
            }
        }
        ClearTail(destination, width, count, k);
    }

    private static void CopyTerms(
        float* destination,
        int width,
        float* source,
        int count,
        nint term,
        int k
    )
    {
        nint ahead = PrefetchedTerms * term;
        for (int t = 0; t < k; t++)
        {
            if (Sse.IsSupported)
            {
                Sse.Prefetch0(source + ahead);
                Sse.Prefetch0(source + ahead + count - 1);
            }
            int i = 0;
            for (; i + 8 <= count; i += 8)
            {
                Vector256.Store(Vector256.Load(source + i), destination + i);
            }
            for (; i + 4 <= count; i += 4)
            {
                Vector128.Store(Vector128.Load(source + i), destination + i);
            }
            for (; i < count; i++)
            {
                destination[i] = source[i];
            }
            for (; i < width; i++)
            {
                destination[i] = 0;
            }
            destination += width;
            source += term;
        }
    }

    private static void TransposeFour(
        float* destination,
        int width,
        float* source,
        nint vector,
        int k
    )
    {
        int t = 0;
        for (; t + 4 <= k; t += 4)
        {
            var r0 = Vector128.Load(source + t);
            var r1 = Vector128.Load(source + vector + t);
            var r2 = Vector128.Load(source + (2 * vector) + t);
            var r3 = Vector128.Load(source + (3 * vector) + t);
            var low01 = Sse.UnpackLow(r0, r1);
            var high01 = Sse.UnpackHigh(r0, r1);
            var low23 = Sse.UnpackLow(r2, r3);
            var high23 = Sse.UnpackHigh(r2, r3);
            Vector128.Store(Sse.MoveLowToHigh(low01, low23), destination);
            Vector128.Store(Sse.MoveHighToLow(low23, low01), destination + width);
            Vector128.Store(Sse.MoveLowToHigh(high01, high23), destination + (2 * (nint)width));
            Vector128.Store(Sse.MoveHighToLow(high23, high01), destination + (3 * (nint)width));
            destination += 4 * (nint)width;
        }
        for (; t < k; t++)
        {
            destination[0] = source[t];
            destination[1] = source[vector + t];
            destination[2] = source[(2 * vector) + t];
            destination[3] = source[(3 * vector) + t];
            destination += width;
        }
    }

    private static void ClearTail(float* destination, int width, int count, int k)
    {
        if (count == width)
        {
            return;
        }
        for (int t = 0; t < k; t++)
        {
            for (int i = count; i < width; i++)
            {
                destination[((nint)t * width) + i] = 0;
            }
        }
    }
}

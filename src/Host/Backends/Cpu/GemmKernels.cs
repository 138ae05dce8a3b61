using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Robustness.Backends.Cpu;

/// <summary>
/// The inner loops of the matrix product: a tile of C in registers, one accumulator per element,
/// k ascending, one fused multiply-add per term, whatever the tile's size.
/// </summary>
/// <typeparam name="T">The register type.</typeparam>
internal static unsafe partial class GemmKernels<T>
    where T : struct, ILanes<T>
{
    /// <summary>12 rows, two registers of columns.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Wide12(in GemmTile t)
    {
        Begin(t, 0, out T c0x, out T c0y);
        Begin(t, 1, out T c1x, out T c1y);
        Begin(t, 2, out T c2x, out T c2y);
        Begin(t, 3, out T c3x, out T c3y);
        Begin(t, 4, out T c4x, out T c4y);
        Begin(t, 5, out T c5x, out T c5y);
        Begin(t, 6, out T c6x, out T c6y);
        Begin(t, 7, out T c7x, out T c7y);
        Begin(t, 8, out T c8x, out T c8y);
        Begin(t, 9, out T c9x, out T c9y);
        Begin(t, 10, out T c10x, out T c10y);
        Begin(t, 11, out T c11x, out T c11y);
        float* b = t.B;
        float* a0 = t.A;
        nint row = t.ARow;
        nint row2 = 2 * row;
        float* a3 = a0 + row2 + row;
        float* a6 = a3 + row2 + row;
        float* a9 = a6 + row2 + row;
        nint bRow = t.BRow;
        nint aCol = t.ACol;
        int rest = t.K / 2;
        for (int k = t.K - rest; k > 0; (k, rest) = (rest, 0))
        {
            for (; k > 0; k--)
            {
                var x = T.Load(b);
                var y = T.Load(b + T.Count);
                Step(*a0, x, y, ref c0x, ref c0y);
                Step(a0[row], x, y, ref c1x, ref c1y);
                Step(a0[row2], x, y, ref c2x, ref c2y);
                Step(*a3, x, y, ref c3x, ref c3y);
                Step(a3[row], x, y, ref c4x, ref c4y);
                Step(a3[row2], x, y, ref c5x, ref c5y);
                Step(*a6, x, y, ref c6x, ref c6y);
                Step(a6[row], x, y, ref c7x, ref c7y);
                Step(a6[row2], x, y, ref c8x, ref c8y);
                Step(*a9, x, y, ref c9x, ref c9y);
                Step(a9[row], x, y, ref c10x, ref c10y);
                Step(a9[row2], x, y, ref c11x, ref c11y);
                b += bRow;
                a0 += aCol;
                a3 += aCol;
                a6 += aCol;
                a9 += aCol;
            }
            Fetch(t, 12, rest);
        }
        End(t, 0, c0x, c0y);
        End(t, 1, c1x, c1y);
        End(t, 2, c2x, c2y);
        End(t, 3, c3x, c3y);
        End(t, 4, c4x, c4y);
        End(t, 5, c5x, c5y);
        End(t, 6, c6x, c6y);
        End(t, 7, c7x, c7y);
        End(t, 8, c8x, c8y);
        End(t, 9, c9x, c9y);
        End(t, 10, c10x, c10y);
        End(t, 11, c11x, c11y);
    }

    /// <summary>6 rows, two registers of columns.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Wide6(in GemmTile t)
    {
        Begin(t, 0, out T c0x, out T c0y);
        Begin(t, 1, out T c1x, out T c1y);
        Begin(t, 2, out T c2x, out T c2y);
        Begin(t, 3, out T c3x, out T c3y);
        Begin(t, 4, out T c4x, out T c4y);
        Begin(t, 5, out T c5x, out T c5y);
        float* b = t.B;
        float* a0 = t.A;
        nint row = t.ARow;
        nint row2 = 2 * row;
        float* a3 = a0 + row2 + row;
        nint bRow = t.BRow;
        nint aCol = t.ACol;
        int rest = t.K / 2;
        for (int k = t.K - rest; k > 0; (k, rest) = (rest, 0))
        {
            for (; k > 0; k--)
            {
                var x = T.Load(b);
                var y = T.Load(b + T.Count);
                Step(*a0, x, y, ref c0x, ref c0y);
                Step(a0[row], x, y, ref c1x, ref c1y);
                Step(a0[row2], x, y, ref c2x, ref c2y);
                Step(*a3, x, y, ref c3x, ref c3y);
                Step(a3[row], x, y, ref c4x, ref c4y);
                Step(a3[row2], x, y, ref c5x, ref c5y);
                b += bRow;
                a0 += aCol;
                a3 += aCol;
            }
            Fetch(t, 6, rest);
        }
        End(t, 0, c0x, c0y);
        End(t, 1, c1x, c1y);
        End(t, 2, c2x, c2y);
        End(t, 3, c3x, c3y);
        End(t, 4, c4x, c4y);
        End(t, 5, c5x, c5y);
    }

    // C is fetched while the sums are made: a store that misses would hold up the next tile.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Begin(in GemmTile t, int row, out T x, out T y)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(t.C + (row * t.CRow));
            Sse.Prefetch0(t.C + (row * t.CRow) + T.Count);
        }
        float* start = t.Start + (row * t.StartRow);
        x = T.Load(start);
        y = T.Load(start + T.Count);
    }

    // Between the halves of the terms, not in one burst with C: the processor drops what it cannot
    // take.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch(in GemmTile t, int rows, int rest)
    {
        if (!Sse.IsSupported || t.Ahead == null || rest == 0)
        {
            return;
        }
        for (int row = 0; row < rows; row++)
        {
            Sse.Prefetch0(t.Ahead + (row * t.AheadRow));
            Sse.Prefetch0(t.Ahead + (row * t.AheadRow) + T.Count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(float a, T x, T y, ref T sumX, ref T sumY)
    {
        var broadcast = T.Broadcast(a);
        sumX = T.Fma(broadcast, x, sumX);
        sumY = T.Fma(broadcast, y, sumY);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void End(in GemmTile t, int row, T x, T y)
    {
        if (t.Bias != null)
        {
            x += T.Load(t.Bias);
            y += T.Load(t.Bias + T.Count);
        }
        if (t.Residual != null)
        {
            float* residual = t.Residual + (row * t.ResidualRow);
            x += T.Load(residual);
            y += T.Load(residual + T.Count);
        }
        float* c = t.C + (row * t.CRow);
        x.Store(c);
        y.Store(c + T.Count);
    }
}

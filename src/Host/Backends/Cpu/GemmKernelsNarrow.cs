using System.Runtime.CompilerServices;

namespace Robustness.Backends.Cpu;

/// <summary>Tiles of one register of columns.</summary>
internal static unsafe partial class GemmKernels<T>
    where T : struct, ILanes<T>
{
    /// <summary>12 rows, one register of columns.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Narrow12(in GemmTile t)
    {
        float* s = t.Start;
        nint sRow = t.StartRow;
        var c0x = T.Load(s);
        var c1x = T.Load(s + sRow);
        var c2x = T.Load(s + (2 * sRow));
        var c3x = T.Load(s + (3 * sRow));
        var c4x = T.Load(s + (4 * sRow));
        var c5x = T.Load(s + (5 * sRow));
        var c6x = T.Load(s + (6 * sRow));
        var c7x = T.Load(s + (7 * sRow));
        var c8x = T.Load(s + (8 * sRow));
        var c9x = T.Load(s + (9 * sRow));
        var c10x = T.Load(s + (10 * sRow));
        var c11x = T.Load(s + (11 * sRow));
        float* b = t.B;
        float* a0 = t.A;
        nint row = t.ARow;
        nint row2 = 2 * row;
        float* a3 = a0 + row2 + row;
        float* a6 = a3 + row2 + row;
        float* a9 = a6 + row2 + row;
        nint bRow = t.BRow;
        nint aCol = t.ACol;
        for (int k = t.K; k > 0; k--)
        {
            var x = T.Load(b);
            c0x = T.Fma(T.Broadcast(*a0), x, c0x);
            c1x = T.Fma(T.Broadcast(a0[row]), x, c1x);
            c2x = T.Fma(T.Broadcast(a0[row2]), x, c2x);
            c3x = T.Fma(T.Broadcast(*a3), x, c3x);
            c4x = T.Fma(T.Broadcast(a3[row]), x, c4x);
            c5x = T.Fma(T.Broadcast(a3[row2]), x, c5x);
            c6x = T.Fma(T.Broadcast(*a6), x, c6x);
            c7x = T.Fma(T.Broadcast(a6[row]), x, c7x);
            c8x = T.Fma(T.Broadcast(a6[row2]), x, c8x);
            c9x = T.Fma(T.Broadcast(*a9), x, c9x);
            c10x = T.Fma(T.Broadcast(a9[row]), x, c10x);
            c11x = T.Fma(T.Broadcast(a9[row2]), x, c11x);
            b += bRow;
            a0 += aCol;
            a3 += aCol;
            a6 += aCol;
            a9 += aCol;
        }
        End(t, 0, c0x);
        End(t, 1, c1x);
        End(t, 2, c2x);
        End(t, 3, c3x);
        End(t, 4, c4x);
        End(t, 5, c5x);
        End(t, 6, c6x);
        End(t, 7, c7x);
        End(t, 8, c8x);
        End(t, 9, c9x);
        End(t, 10, c10x);
        End(t, 11, c11x);
    }

    /// <summary>6 rows, one register of columns.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Narrow6(in GemmTile t)
    {
        float* s = t.Start;
        nint sRow = t.StartRow;
        var c0x = T.Load(s);
        var c1x = T.Load(s + sRow);
        var c2x = T.Load(s + (2 * sRow));
        var c3x = T.Load(s + (3 * sRow));
        var c4x = T.Load(s + (4 * sRow));
        var c5x = T.Load(s + (5 * sRow));
        float* b = t.B;
        float* a0 = t.A;
        nint row = t.ARow;
        nint row2 = 2 * row;
        float* a3 = a0 + row2 + row;
        nint bRow = t.BRow;
        nint aCol = t.ACol;
        for (int k = t.K; k > 0; k--)
        {
            var x = T.Load(b);
            c0x = T.Fma(T.Broadcast(*a0), x, c0x);
            c1x = T.Fma(T.Broadcast(a0[row]), x, c1x);
            c2x = T.Fma(T.Broadcast(a0[row2]), x, c2x);
            c3x = T.Fma(T.Broadcast(*a3), x, c3x);
            c4x = T.Fma(T.Broadcast(a3[row]), x, c4x);
            c5x = T.Fma(T.Broadcast(a3[row2]), x, c5x);
            b += bRow;
            a0 += aCol;
            a3 += aCol;
        }
        End(t, 0, c0x);
        End(t, 1, c1x);
        End(t, 2, c2x);
        End(t, 3, c3x);
        End(t, 4, c4x);
        End(t, 5, c5x);
    }

    /// <summary>4 rows, one register of columns.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Narrow4(in GemmTile t)
    {
        float* s = t.Start;
        nint sRow = t.StartRow;
        var c0x = T.Load(s);
        var c1x = T.Load(s + sRow);
        var c2x = T.Load(s + (2 * sRow));
        var c3x = T.Load(s + (3 * sRow));
        float* b = t.B;
        float* a0 = t.A;
        nint row = t.ARow;
        nint row2 = 2 * row;
        float* a3 = a0 + row2 + row;
        nint bRow = t.BRow;
        nint aCol = t.ACol;
        for (int k = t.K; k > 0; k--)
        {
            var x = T.Load(b);
            c0x = T.Fma(T.Broadcast(*a0), x, c0x);
            c1x = T.Fma(T.Broadcast(a0[row]), x, c1x);
            c2x = T.Fma(T.Broadcast(a0[row2]), x, c2x);
            c3x = T.Fma(T.Broadcast(*a3), x, c3x);
            b += bRow;
            a0 += aCol;
            a3 += aCol;
        }
        End(t, 0, c0x);
        End(t, 1, c1x);
        End(t, 2, c2x);
        End(t, 3, c3x);
    }

    /// <summary>2 rows, one register of columns.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Narrow2(in GemmTile t)
    {
        float* s = t.Start;
        nint sRow = t.StartRow;
        var c0x = T.Load(s);
        var c1x = T.Load(s + sRow);
        float* b = t.B;
        float* a0 = t.A;
        nint row = t.ARow;
        nint bRow = t.BRow;
        nint aCol = t.ACol;
        for (int k = t.K; k > 0; k--)
        {
            var x = T.Load(b);
            c0x = T.Fma(T.Broadcast(*a0), x, c0x);
            c1x = T.Fma(T.Broadcast(a0[row]), x, c1x);
            b += bRow;
            a0 += aCol;
        }
        End(t, 0, c0x);
        End(t, 1, c1x);
    }

    /// <summary>1 rows, one register of columns.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Narrow1(in GemmTile t)
    {
        float* s = t.Start;
        var c0x = T.Load(s);
        float* b = t.B;
        float* a0 = t.A;
        nint bRow = t.BRow;
        nint aCol = t.ACol;
        for (int k = t.K; k > 0; k--)
        {
            var x = T.Load(b);
            c0x = T.Fma(T.Broadcast(*a0), x, c0x);
            b += bRow;
            a0 += aCol;
        }
        End(t, 0, c0x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void End(in GemmTile t, int row, T x)
    {
        if (t.Bias != null)
        {
            x += T.Load(t.Bias);
        }
        if (t.Residual != null)
        {
            x += T.Load(t.Residual + (row * t.ResidualRow));
        }
        x.Store(t.C + (row * t.CRow));
    }
}

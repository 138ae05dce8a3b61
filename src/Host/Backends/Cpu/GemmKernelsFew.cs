using System.Runtime.CompilerServices;

namespace Robustness.Backends.Cpu;

/// <summary>Tiles of few rows.</summary>
internal static unsafe partial class GemmKernels<T>
    where T : struct, ILanes<T>
{
    /// <summary>4 rows, two registers of columns.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Wide4(in GemmTile t)
    {
        Begin(t, 0, out T c0x, out T c0y);
        Begin(t, 1, out T c1x, out T c1y);
        Begin(t, 2, out T c2x, out T c2y);
        Begin(t, 3, out T c3x, out T c3y);
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
            var y = T.Load(b + T.Count);
            Step(*a0, x, y, ref c0x, ref c0y);
            Step(a0[row], x, y, ref c1x, ref c1y);
            Step(a0[row2], x, y, ref c2x, ref c2y);
            Step(*a3, x, y, ref c3x, ref c3y);
            b += bRow;
            a0 += aCol;
            a3 += aCol;
        }
        End(t, 0, c0x, c0y);
        End(t, 1, c1x, c1y);
        End(t, 2, c2x, c2y);
        End(t, 3, c3x, c3y);
    }

    /// <summary>2 rows, two registers of columns.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Wide2(in GemmTile t)
    {
        Begin(t, 0, out T c0x, out T c0y);
        Begin(t, 1, out T c1x, out T c1y);
        float* b = t.B;
        float* a0 = t.A;
        nint row = t.ARow;
        nint bRow = t.BRow;
        nint aCol = t.ACol;
        for (int k = t.K; k > 0; k--)
        {
            var x = T.Load(b);
            var y = T.Load(b + T.Count);
            Step(*a0, x, y, ref c0x, ref c0y);
            Step(a0[row], x, y, ref c1x, ref c1y);
            b += bRow;
            a0 += aCol;
        }
        End(t, 0, c0x, c0y);
        End(t, 1, c1x, c1y);
    }

    /// <summary>1 rows, two registers of columns.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Wide1(in GemmTile t)
    {
        Begin(t, 0, out T c0x, out T c0y);
        float* b = t.B;
        float* a0 = t.A;
        nint bRow = t.BRow;
        nint aCol = t.ACol;
        for (int k = t.K; k > 0; k--)
        {
            var x = T.Load(b);
            var y = T.Load(b + T.Count);
            Step(*a0, x, y, ref c0x, ref c0y);
            b += bRow;
            a0 += aCol;
        }
        End(t, 0, c0x, c0y);
    }
}

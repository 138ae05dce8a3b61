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
        float* s = t.Start;
        nint sRow = t.StartRow;
        Begin(s, out T c0x, out T c0y);
        Begin(s + sRow, out T c1x, out T c1y);
        Begin(s + (2 * sRow), out T c2x, out T c2y);
        Begin(s + (3 * sRow), out T c3x, out T c3y);
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
        float* c = t.C;
        nint cRow = t.CRow;
        End(c, c0x, c0y);
        End(c + cRow, c1x, c1y);
        End(c + (2 * cRow), c2x, c2y);
        End(c + (3 * cRow), c3x, c3y);
    }

    /// <summary>2 rows, two registers of columns.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Wide2(in GemmTile t)
    {
        float* s = t.Start;
        nint sRow = t.StartRow;
        Begin(s, out T c0x, out T c0y);
        Begin(s + sRow, out T c1x, out T c1y);
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
        float* c = t.C;
        nint cRow = t.CRow;
        End(c, c0x, c0y);
        End(c + cRow, c1x, c1y);
    }

    /// <summary>1 rows, two registers of columns.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Wide1(in GemmTile t)
    {
        float* s = t.Start;
        Begin(s, out T c0x, out T c0y);
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
        float* c = t.C;
        End(c, c0x, c0y);
    }
}

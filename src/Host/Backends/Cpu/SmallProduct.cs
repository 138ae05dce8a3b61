using System.Runtime.CompilerServices;

namespace Robustness.Backends.Cpu;

/// <summary>
/// C [m, n] += A [m, k] · B [k, n] on operands that fit the caches and are read in place: one
/// accumulator per element, k ascending, fused multiply-add, so a product that is cut along any
/// side has the bits of the whole one. A is read at a[row · aRow + k · aTerm].
/// </summary>
internal static unsafe class SmallProduct
{
    /// <summary>Rows of the full register tile.</summary>
    public const int TileRows = 6;

    /// <summary>C += A · B.</summary>
    public static void Add<T>(
        in StridedMatrix c,
        in StridedOperand a,
        in StridedMatrix b,
        int m,
        int n,
        int k
    )
        where T : struct, ILanes<T>
    {
        for (int i = 0; i < m; i += TileRows)
        {
            var (rows, from) = (c.Row(i), a.Row(i));
            switch (m - i)
            {
                case 1:
                    Band<T, Rows1>(rows, from, b, n, k);
                    break;
                case 2:
                    Band<T, Rows2>(rows, from, b, n, k);
                    break;
                case 3:
                    Band<T, Rows3>(rows, from, b, n, k);
                    break;
                case 4:
                    Band<T, Rows4>(rows, from, b, n, k);
                    break;
                case 5:
                    Band<T, Rows5>(rows, from, b, n, k);
                    break;
                default:
                    Band<T, Rows6>(rows, from, b, n, k);
                    break;
            }
        }
    }

    private static void Band<T, R>(
        in StridedMatrix c,
        in StridedOperand a,
        in StridedMatrix b,
        int n,
        int k
    )
        where T : struct, ILanes<T>
        where R : struct, IRowCount
    {
        int j = 0;
        for (; j + (2 * T.Count) <= n; j += 2 * T.Count)
        {
            Pair<T, R>(c.Address + j, c.Stride, a, b.Address + j, b.Stride, k);
        }
        j = Strips<T, R>(c, a, b, j, n, k);
        if (T.Count > 8)
        {
            j = Strips<Lanes256, R>(c, a, b, j, n, k);
        }
        if (T.Count > 4)
        {
            j = Strips<Lanes128, R>(c, a, b, j, n, k);
        }
        Strips<Lanes1, R>(c, a, b, j, n, k);
    }

    private static int Strips<T, R>(
        in StridedMatrix c,
        in StridedOperand a,
        in StridedMatrix b,
        int j,
        int n,
        int k
    )
        where T : struct, ILanes<T>
        where R : struct, IRowCount
    {
        for (; j + T.Count <= n; j += T.Count)
        {
            Strip<T, R>(c.Address + j, c.Stride, a, b.Address + j, b.Stride, k);
        }
        return j;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Pair<T, R>(
        float* c,
        nint cRow,
        StridedOperand left,
        float* b,
        nint bRow,
        int k
    )
        where T : struct, ILanes<T>
        where R : struct, IRowCount
    {
        int w = T.Count;
        float* c3 = c + (3 * cRow);
        T c00 = T.Load(c),
            c01 = T.Load(c + w);
        T c10 = At<T, R>(1, c + cRow),
            c11 = At<T, R>(1, c + cRow + w);
        T c20 = At<T, R>(2, c + (2 * cRow)),
            c21 = At<T, R>(2, c + (2 * cRow) + w);
        T c30 = At<T, R>(3, c3),
            c31 = At<T, R>(3, c3 + w);
        T c40 = At<T, R>(4, c3 + cRow),
            c41 = At<T, R>(4, c3 + cRow + w);
        T c50 = At<T, R>(5, c3 + (2 * cRow)),
            c51 = At<T, R>(5, c3 + (2 * cRow) + w);
        float* a = left.Address;
        var (aRow, aTerm) = (left.RowStride, left.TermStride);
        nint aRow2 = 2 * aRow;
        float* a3 = a + (3 * aRow);
        for (; k > 0; k--)
        {
            T b0 = T.Load(b),
                b1 = T.Load(b + w);
            Step<T, R>(0, a, b0, b1, ref c00, ref c01);
            Step<T, R>(1, a + aRow, b0, b1, ref c10, ref c11);
            Step<T, R>(2, a + aRow2, b0, b1, ref c20, ref c21);
            Step<T, R>(3, a3, b0, b1, ref c30, ref c31);
            Step<T, R>(4, a3 + aRow, b0, b1, ref c40, ref c41);
            Step<T, R>(5, a3 + aRow2, b0, b1, ref c50, ref c51);
            b += bRow;
            a += aTerm;
            a3 += aTerm;
        }
        Put<T, R>(0, c, c00, c01);
        Put<T, R>(1, c + cRow, c10, c11);
        Put<T, R>(2, c + (2 * cRow), c20, c21);
        Put<T, R>(3, c3, c30, c31);
        Put<T, R>(4, c3 + cRow, c40, c41);
        Put<T, R>(5, c3 + (2 * cRow), c50, c51);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Strip<T, R>(
        float* c,
        nint cRow,
        StridedOperand left,
        float* b,
        nint bRow,
        int k
    )
        where T : struct, ILanes<T>
        where R : struct, IRowCount
    {
        float* c3 = c + (3 * cRow);
        var c0 = T.Load(c);
        var c1 = At<T, R>(1, c + cRow);
        var c2 = At<T, R>(2, c + (2 * cRow));
        var c4 = At<T, R>(4, c3 + cRow);
        var c5 = At<T, R>(5, c3 + (2 * cRow));
        var c3x = At<T, R>(3, c3);
        float* a = left.Address;
        var (aRow, aTerm) = (left.RowStride, left.TermStride);
        nint aRow2 = 2 * aRow;
        float* a3 = a + (3 * aRow);
        for (; k > 0; k--)
        {
            var x = T.Load(b);
            Step<T, R>(0, a, x, ref c0);
            Step<T, R>(1, a + aRow, x, ref c1);
            Step<T, R>(2, a + aRow2, x, ref c2);
            Step<T, R>(3, a3, x, ref c3x);
            Step<T, R>(4, a3 + aRow, x, ref c4);
            Step<T, R>(5, a3 + aRow2, x, ref c5);
            b += bRow;
            a += aTerm;
            a3 += aTerm;
        }
        Put<T, R>(0, c, c0);
        Put<T, R>(1, c + cRow, c1);
        Put<T, R>(2, c + (2 * cRow), c2);
        Put<T, R>(3, c3, c3x);
        Put<T, R>(4, c3 + cRow, c4);
        Put<T, R>(5, c3 + (2 * cRow), c5);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T At<T, R>(int row, float* c)
        where T : struct, ILanes<T>
        where R : struct, IRowCount => row < R.Count ? T.Load(c) : default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<T, R>(int row, float* a, T b, ref T c)
        where T : struct, ILanes<T>
        where R : struct, IRowCount
    {
        if (row < R.Count)
        {
            c = T.Fma(T.Broadcast(*a), b, c);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<T, R>(int row, float* a, T b0, T b1, ref T c0, ref T c1)
        where T : struct, ILanes<T>
        where R : struct, IRowCount
    {
        if (row < R.Count)
        {
            var x = T.Broadcast(*a);
            c0 = T.Fma(x, b0, c0);
            c1 = T.Fma(x, b1, c1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<T, R>(int row, float* c, T x)
        where T : struct, ILanes<T>
        where R : struct, IRowCount
    {
        if (row < R.Count)
        {
            x.Store(c);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<T, R>(int row, float* c, T x0, T x1)
        where T : struct, ILanes<T>
        where R : struct, IRowCount
    {
        if (row < R.Count)
        {
            x0.Store(c);
            x1.Store(c + T.Count);
        }
    }
}

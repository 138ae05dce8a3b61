using System.Runtime.CompilerServices;

namespace Robustness.Backends.Cpu;

/// <summary>
/// Micro-kernels of the matrix product: a tile of 6 or 1 rows by 2 or 1 registers, one
/// accumulator per element, k ascending, fused multiply-add. A is read in place at
/// a[row · rowStride + k · kStride]; B is a packed panel [k, lanes].
/// </summary>
internal static unsafe class GemmKernel
{
    /// <summary>Rows of the large tile.</summary>
    public const int TileRows = 6;

    /// <summary>6 rows by 2 registers.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Tile6x2<T>(
        float* c,
        nint cStride,
        float* a,
        nint rowStride,
        nint kStride,
        float* b,
        int k,
        bool accumulate
    )
        where T : struct, ILanes<T>
    {
        int w = T.Count;
        T c00 = default,
            c01 = default,
            c10 = default,
            c11 = default,
            c20 = default,
            c21 = default,
            c30 = default,
            c31 = default,
            c40 = default,
            c41 = default,
            c50 = default,
            c51 = default;
        if (accumulate)
        {
            (c00, c01) = (T.Load(c), T.Load(c + w));
            (c10, c11) = (T.Load(c + cStride), T.Load(c + cStride + w));
            (c20, c21) = (T.Load(c + (2 * cStride)), T.Load(c + (2 * cStride) + w));
            (c30, c31) = (T.Load(c + (3 * cStride)), T.Load(c + (3 * cStride) + w));
            (c40, c41) = (T.Load(c + (4 * cStride)), T.Load(c + (4 * cStride) + w));
            (c50, c51) = (T.Load(c + (5 * cStride)), T.Load(c + (5 * cStride) + w));
        }
        float* a3 = a + (3 * rowStride);
        nint row2 = 2 * rowStride;
        for (; k > 0; k--)
        {
            var b0 = T.Load(b);
            var b1 = T.Load(b + w);
            var x = T.Broadcast(*a);
            c00 = T.Fma(x, b0, c00);
            c01 = T.Fma(x, b1, c01);
            x = T.Broadcast(a[rowStride]);
            c10 = T.Fma(x, b0, c10);
            c11 = T.Fma(x, b1, c11);
            x = T.Broadcast(a[row2]);
            c20 = T.Fma(x, b0, c20);
            c21 = T.Fma(x, b1, c21);
            x = T.Broadcast(*a3);
            c30 = T.Fma(x, b0, c30);
            c31 = T.Fma(x, b1, c31);
            x = T.Broadcast(a3[rowStride]);
            c40 = T.Fma(x, b0, c40);
            c41 = T.Fma(x, b1, c41);
            x = T.Broadcast(a3[row2]);
            c50 = T.Fma(x, b0, c50);
            c51 = T.Fma(x, b1, c51);
            a += kStride;
            a3 += kStride;
            b += 2 * w;
        }
        c00.Store(c);
        c01.Store(c + w);
        c10.Store(c + cStride);
        c11.Store(c + cStride + w);
        c20.Store(c + (2 * cStride));
        c21.Store(c + (2 * cStride) + w);
        c30.Store(c + (3 * cStride));
        c31.Store(c + (3 * cStride) + w);
        c40.Store(c + (4 * cStride));
        c41.Store(c + (4 * cStride) + w);
        c50.Store(c + (5 * cStride));
        c51.Store(c + (5 * cStride) + w);
    }

    /// <summary>6 rows by 1 register.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Tile6x1<T>(
        float* c,
        nint cStride,
        float* a,
        nint rowStride,
        nint kStride,
        float* b,
        int k,
        bool accumulate
    )
        where T : struct, ILanes<T>
    {
        int w = T.Count;
        T c0 = default,
            c1 = default,
            c2 = default,
            c3 = default,
            c4 = default,
            c5 = default;
        if (accumulate)
        {
            c0 = T.Load(c);
            c1 = T.Load(c + cStride);
            c2 = T.Load(c + (2 * cStride));
            c3 = T.Load(c + (3 * cStride));
            c4 = T.Load(c + (4 * cStride));
            c5 = T.Load(c + (5 * cStride));
        }
        float* a3 = a + (3 * rowStride);
        nint row2 = 2 * rowStride;
        for (; k > 0; k--)
        {
            var b0 = T.Load(b);
            c0 = T.Fma(T.Broadcast(*a), b0, c0);
            c1 = T.Fma(T.Broadcast(a[rowStride]), b0, c1);
            c2 = T.Fma(T.Broadcast(a[row2]), b0, c2);
            c3 = T.Fma(T.Broadcast(*a3), b0, c3);
            c4 = T.Fma(T.Broadcast(a3[rowStride]), b0, c4);
            c5 = T.Fma(T.Broadcast(a3[row2]), b0, c5);
            a += kStride;
            a3 += kStride;
            b += w;
        }
        c0.Store(c);
        c1.Store(c + cStride);
        c2.Store(c + (2 * cStride));
        c3.Store(c + (3 * cStride));
        c4.Store(c + (4 * cStride));
        c5.Store(c + (5 * cStride));
    }

    /// <summary>1 row by 2 registers.</summary>
    public static void Tile1x2<T>(
        float* c,
        float* a,
        nint kStride,
        float* b,
        int k,
        bool accumulate
    )
        where T : struct, ILanes<T>
    {
        int w = T.Count;
        T c0 = accumulate ? T.Load(c) : default;
        T c1 = accumulate ? T.Load(c + w) : default;
        for (; k > 0; k--)
        {
            var x = T.Broadcast(*a);
            c0 = T.Fma(x, T.Load(b), c0);
            c1 = T.Fma(x, T.Load(b + w), c1);
            a += kStride;
            b += 2 * w;
        }
        c0.Store(c);
        c1.Store(c + w);
    }

    /// <summary>1 row by 1 register.</summary>
    public static void Tile1x1<T>(
        float* c,
        float* a,
        nint kStride,
        float* b,
        int k,
        bool accumulate
    )
        where T : struct, ILanes<T>
    {
        int w = T.Count;
        T c0 = accumulate ? T.Load(c) : default;
        for (; k > 0; k--)
        {
            c0 = T.Fma(T.Broadcast(*a), T.Load(b), c0);
            a += kStride;
            b += w;
        }
        c0.Store(c);
    }
}

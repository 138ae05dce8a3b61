using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Robustness.Emulator;

/// <summary>
/// Moves of 1, 2 or 4 words a lane between memory and 32-bit registers, all lanes.
/// </summary>
internal static unsafe class WordMoves
{
    public static void Load(Warp warp, Op* op, ulong* offsets, byte* host, AccessPattern pattern)
    {
        int* x = op->X;
        if (op->Count == 1)
        {
            if (x[0] >= 0)
            {
                LoadOne((uint*)(warp.R + x[0]), offsets, host, pattern);
            }
            return;
        }
        if (op->Count == 4 && (x[0] | x[1] | x[2] | x[3]) >= 0)
        {
            LoadFour(warp.R + x[0], warp.R + x[1], warp.R + x[2], warp.R + x[3], offsets, host);
            return;
        }
        for (int i = 0; i < op->Count; i++)
        {
            if (x[i] >= 0)
            {
                LoadOne((uint*)(warp.R + x[i]), offsets, host + (4 * i), AccessPattern.Any);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LoadOne(uint* d, ulong* offsets, byte* host, AccessPattern pattern)
    {
        if (pattern == AccessPattern.Run)
        {
            byte* from = host + offsets[0];
            Vector256.Load((uint*)from).Store(d);
            Vector256.Load((uint*)from + 8).Store(d + 8);
            Vector256.Load((uint*)from + 16).Store(d + 16);
            Vector256.Load((uint*)from + 24).Store(d + 24);
        }
        else if (pattern == AccessPattern.One)
        {
            Vector256<uint> value = Vector256.Create(*(uint*)(host + offsets[0]));
            value.Store(d);
            value.Store(d + 8);
            value.Store(d + 16);
            value.Store(d + 24);
        }
        else
        {
            for (int lane = 0; lane < 32; lane += 4)
            {
                uint a = *(uint*)(host + offsets[lane]);
                uint b = *(uint*)(host + offsets[lane + 1]);
                uint c = *(uint*)(host + offsets[lane + 2]);
                uint e = *(uint*)(host + offsets[lane + 3]);
                d[lane] = a;
                d[lane + 1] = b;
                d[lane + 2] = c;
                d[lane + 3] = e;
            }
        }
    }

    /// <summary>Four lanes of four words at a time, turned from rows into columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LoadFour(byte* d0, byte* d1, byte* d2, byte* d3, ulong* offsets, byte* host)
    {
        for (int lane = 0; lane < 32; lane += 4)
        {
            Vector128<float> a = Vector128.Load((float*)(host + offsets[lane]));
            Vector128<float> b = Vector128.Load((float*)(host + offsets[lane + 1]));
            Vector128<float> c = Vector128.Load((float*)(host + offsets[lane + 2]));
            Vector128<float> e = Vector128.Load((float*)(host + offsets[lane + 3]));
            Turn(ref a, ref b, ref c, ref e);
            a.Store((float*)d0 + lane);
            b.Store((float*)d1 + lane);
            c.Store((float*)d2 + lane);
            e.Store((float*)d3 + lane);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(
        ref Vector128<float> a,
        ref Vector128<float> b,
        ref Vector128<float> c,
        ref Vector128<float> d
    )
    {
        Vector128<float> ab = Low(a, b);
        Vector128<float> cd = Low(c, d);
        Vector128<float> abHigh = High(a, b);
        Vector128<float> cdHigh = High(c, d);
        a = LowHalves(ab, cd);
        b = HighHalves(ab, cd);
        c = LowHalves(abHigh, cdHigh);
        d = HighHalves(abHigh, cdHigh);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> LowHalves(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.MoveLowToHigh(a, b) : Vector128.Create(a.GetLower(), b.GetLower());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> HighHalves(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.MoveHighToLow(b, a) : Vector128.Create(a.GetUpper(), b.GetUpper());

    /// <summary>a0 b0 a1 b1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Low(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackLow(a, b) : Vector128.Create(a[0], b[0], a[1], b[1]);

    /// <summary>a2 b2 a3 b3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> High(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackHigh(a, b) : Vector128.Create(a[2], b[2], a[3], b[3]);

    public static void LoadLong(ulong* d, ulong* offsets, byte* host)
    {
        for (int lane = 0; lane < 32; lane++)
        {
            d[lane] = *(ulong*)(host + offsets[lane]);
        }
    }

    public static void Store(Warp warp, Op* op, ulong* offsets, byte* host, AccessPattern pattern)
    {
        int* x = op->X;
        if (op->Count == 1 && pattern == AccessPattern.Run)
        {
            uint* from = (uint*)(warp.R + x[0]);
            byte* to = host + offsets[0];
            Vector256.Load(from).Store((uint*)to);
            Vector256.Load(from + 8).Store((uint*)to + 8);
            Vector256.Load(from + 16).Store((uint*)to + 16);
            Vector256.Load(from + 24).Store((uint*)to + 24);
            return;
        }
        if (op->Count == 4)
        {
            StoreFour(warp.R + x[0], warp.R + x[1], warp.R + x[2], warp.R + x[3], offsets, host);
            return;
        }
        uint* low = (uint*)(warp.R + x[0]);
        if (op->Count == 1)
        {
            for (int lane = 0; lane < 32; lane++)
            {
                *(uint*)(host + offsets[lane]) = low[lane];
            }
            return;
        }
        uint* high = (uint*)(warp.R + x[1]);
        for (int lane = 0; lane < 32; lane++)
        {
            uint* to = (uint*)(host + offsets[lane]);
            to[0] = low[lane];
            to[1] = high[lane];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreFour(
        byte* s0,
        byte* s1,
        byte* s2,
        byte* s3,
        ulong* offsets,
        byte* host
    )
    {
        for (int lane = 0; lane < 32; lane += 4)
        {
            Vector128<float> a = Vector128.Load((float*)s0 + lane);
            Vector128<float> b = Vector128.Load((float*)s1 + lane);
            Vector128<float> c = Vector128.Load((float*)s2 + lane);
            Vector128<float> d = Vector128.Load((float*)s3 + lane);
            Turn(ref a, ref b, ref c, ref d);
            a.Store((float*)(host + offsets[lane]));
            b.Store((float*)(host + offsets[lane + 1]));
            c.Store((float*)(host + offsets[lane + 2]));
            d.Store((float*)(host + offsets[lane + 3]));
        }
    }
}

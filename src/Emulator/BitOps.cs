using System.Numerics;

namespace Robustness.Emulator;

// Shifts, bit fields, bytes and bit counts.

internal readonly struct ShiftLeft<T> : IBinary<T, T, uint>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Of(T a, uint n) => n >= 8 * a.GetByteCount() ? T.Zero : a << (int)n;
}

internal readonly struct ShiftRight<T> : IBinary<T, T, uint>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Of(T a, uint n)
    {
        int last = (8 * a.GetByteCount()) - 1;
        return n <= last ? a >> (int)n
            : T.IsNegative(a) ? ~T.Zero
            : T.Zero;
    }
}

internal readonly struct PopCount<T> : IUnary<uint, T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static uint Of(T a) => uint.CreateChecked(T.PopCount(a));
}

internal readonly struct LeadingZeros<T> : IUnary<uint, T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static uint Of(T a) => uint.CreateChecked(T.LeadingZeroCount(a));
}

/// <summary>Position of the highest bit that differs from the sign.</summary>
internal readonly struct FindBit<T> : IUnary<uint, T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static uint Of(T a)
    {
        T bits = T.IsNegative(a) ? ~a : a;
        return uint.CreateTruncating(
            8 * a.GetByteCount() - 1 - int.CreateChecked(T.LeadingZeroCount(bits))
        );
    }
}

/// <summary>The same position as the shift that brings it to the top.</summary>
internal readonly struct FindBitShift<T> : IUnary<uint, T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static uint Of(T a)
    {
        uint bit = FindBit<T>.Of(a);
        return bit == uint.MaxValue ? bit : (uint)(8 * a.GetByteCount()) - 1 - bit;
    }
}

internal readonly struct ExtractField<T> : ITernary<T, T, uint, uint>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Of(T a, uint position, uint length)
    {
        int width = 8 * a.GetByteCount();
        int start = (int)(position & 255);
        int count = (int)(length & 255);
        if (count == 0)
        {
            return T.Zero;
        }
        bool signed = T.IsNegative(T.Zero - T.One);
        bool sign = signed && ((a >>> Math.Min(start + count - 1, width - 1)) & T.One) != T.Zero;
        T bits = start < width ? a >>> start : T.Zero;
        int valid = Math.Min(count, Math.Max(0, width - start));
        T mask = valid >= width ? ~T.Zero : (T.One << valid) - T.One;
        return sign ? bits | ~mask : bits & mask;
    }
}

internal readonly struct FunnelLeft : ITernary<uint, uint, uint, uint>
{
    public static uint Of(uint a, uint b, uint n) =>
        (uint)(((((ulong)b << 32) | a) << (int)(n & 31)) >> 32);
}

internal readonly struct FunnelRight : ITernary<uint, uint, uint, uint>
{
    public static uint Of(uint a, uint b, uint n) =>
        (uint)((((ulong)b << 32) | a) >> (int)(n & 31));
}

internal readonly struct FunnelLeftClamp : ITernary<uint, uint, uint, uint>
{
    public static uint Of(uint a, uint b, uint n) => n >= 32 ? a : FunnelLeft.Of(a, b, n);
}

internal readonly struct FunnelRightClamp : ITernary<uint, uint, uint, uint>
{
    public static uint Of(uint a, uint b, uint n) => n >= 32 ? b : FunnelRight.Of(a, b, n);
}

/// <summary>Picks bytes of two words; bit 3 of a selector repeats the byte's sign.</summary>
internal readonly struct Permute : ITernary<uint, uint, uint, uint>
{
    public static uint Of(uint a, uint b, uint selector)
    {
        ulong both = ((ulong)b << 32) | a;
        uint result = 0;
        for (int i = 0; i < 4; i++)
        {
            uint pick = (selector >> (4 * i)) & 15;
            uint value = (uint)(both >> (int)(8 * (pick & 7))) & 255;
            if (pick >= 8)
            {
                value = (value & 128) != 0 ? 255u : 0;
            }
            result |= value << (8 * i);
        }
        return result;
    }
}

internal readonly struct WideProduct<TNarrow, TWide> : ITernary<TWide, TNarrow, TNarrow, TWide>
    where TNarrow : unmanaged, IBinaryInteger<TNarrow>
    where TWide : unmanaged, IBinaryInteger<TWide>
{
    public static TWide Of(TNarrow a, TNarrow b, TWide c) =>
        unchecked((TWide.CreateTruncating(a) * TWide.CreateTruncating(b)) + c);
}

/// <summary>Handlers that need more than three operands or an immediate.</summary>
internal static unsafe class BitLoops
{
    public static void InsertField<T>(byte* d, byte* a, byte* b, byte* c, Op* op)
        where T : unmanaged, IBinaryInteger<T>
    {
        byte* length = c - op->C + op->X[0];
        for (int lane = 0; lane < 32; lane++)
        {
            T insert = *LaneLoops.At<T>(a, lane);
            int width = 8 * insert.GetByteCount();
            int start = (int)(((uint*)c)[lane] & 255);
            int count = Math.Min((int)(((uint*)length)[lane] & 255), Math.Max(0, width - start));
            T mask = count >= width ? ~T.Zero : (T.One << count) - T.One;
            T field = start >= width ? T.Zero : mask << start;
            T shifted = start >= width ? T.Zero : insert << start;
            *LaneLoops.At<T>(d, lane) = (*LaneLoops.At<T>(b, lane) & ~field) | (shifted & field);
        }
    }

    public static readonly string[] PermuteModes = ["f4e", "b4e", "rc8", "ecl", "ecr", "rc16"];

    /// <summary>prmt with a named mode: the low bits of c choose which bytes.</summary>
    public static void PermuteMode(byte* d, byte* a, byte* b, byte* c, Op* op)
    {
        ReadOnlySpan<uint> selectors =
        [
            0x3210,
            0x4321,
            0x5432,
            0x6543,
            0x5670,
            0x6701,
            0x7012,
            0x0123,
            0x0000,
            0x1111,
            0x2222,
            0x3333,
            0x3210,
            0x3211,
            0x3222,
            0x3333,
            0x0000,
            0x1110,
            0x2210,
            0x3210,
            0x1010,
            0x3232,
            0x1010,
            0x3232,
        ];
        for (int lane = 0; lane < 32; lane++)
        {
            uint selector = selectors[(4 * op->Mode) + (int)(((uint*)c)[lane] & 3)];
            ((uint*)d)[lane] = Permute.Of(((uint*)a)[lane], ((uint*)b)[lane], selector);
        }
    }

    public static void Lop3(byte* d, byte* a, byte* b, byte* c, Op* op)
    {
        for (int lane = 0; lane < 32; lane++)
        {
            uint x = ((uint*)a)[lane];
            uint y = ((uint*)b)[lane];
            uint z = ((uint*)c)[lane];
            uint result = 0;
            for (int row = 0; row < 8; row++)
            {
                uint hit = (row & 4) != 0 ? x : ~x;
                hit &= (row & 2) != 0 ? y : ~y;
                hit &= (row & 1) != 0 ? z : ~z;
                result |= ((op->Imm >> row) & 1) != 0 ? hit : 0;
            }
            ((uint*)d)[lane] = result;
        }
    }

    public static void Select4(byte* d, byte* a, byte* b, byte* c, Op* op) =>
        Select<uint>(d, a, b, *(uint*)c);

    public static void Select8(byte* d, byte* a, byte* b, byte* c, Op* op) =>
        Select<ulong>(d, a, b, *(uint*)c);

    private static void Select<T>(byte* d, byte* a, byte* b, uint mask)
        where T : unmanaged
    {
        for (int lane = 0; lane < 32; lane++)
        {
            ((T*)d)[lane] = (mask >> lane & 1) != 0 ? ((T*)a)[lane] : ((T*)b)[lane];
        }
    }
}

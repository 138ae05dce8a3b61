using System.Numerics;

namespace Robustness.Emulator;

/// <summary>Loops of set, slct, testp, copysign, isspacep, fns, szext and bmsk.</summary>
internal static unsafe class SelectLoops
{
    public static void BySign<T>(byte* d, byte* a, byte* b, byte* c, Op* op)
        where T : unmanaged
    {
        for (int lane = 0; lane < 32; lane++)
        {
            ((T*)d)[lane] = ((int*)c)[lane] >= 0 ? ((T*)a)[lane] : ((T*)b)[lane];
        }
    }

    public static void BySingle<T>(byte* d, byte* a, byte* b, byte* c, Op* op)
        where T : unmanaged
    {
        for (int lane = 0; lane < 32; lane++)
        {
            float value = ((float*)c)[lane];
            value = op->Mode != 0 ? Rounding.Flush(value) : value;
            ((T*)d)[lane] = value >= 0 ? ((T*)a)[lane] : ((T*)b)[lane];
        }
    }

    /// <summary>testp; zeros count as normal.</summary>
    public static void Test<T>(byte* d, byte* a, byte* b, byte* c, Op* op)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        uint result = 0;
        for (int lane = 0; lane < 32; lane++)
        {
            T value = ((T*)a)[lane];
            bool holds = op->Mode switch
            {
                0 => T.IsFinite(value),
                1 => T.IsInfinity(value),
                2 => !T.IsNaN(value),
                3 => T.IsNaN(value),
                4 => T.IsNormal(value) || T.IsZero(value),
                _ => T.IsSubnormal(value),
            };
            result |= holds ? 1u << lane : 0;
        }
        *(uint*)d = result;
    }

    /// <summary>Sign of the first operand, magnitude of the second.</summary>
    public static void CopySign<T>(byte* d, byte* a, byte* b, byte* c, Op* op)
        where T : unmanaged, IBinaryInteger<T>
    {
        T sign = T.One << ((8 * sizeof(T)) - 1);
        for (int lane = 0; lane < 32; lane++)
        {
            ((T*)d)[lane] = (((T*)a)[lane] & sign) | (((T*)b)[lane] & ~sign);
        }
    }

    public static void InSpace(byte* d, byte* a, byte* b, byte* c, Op* op)
    {
        uint result = 0;
        for (int lane = 0; lane < 32; lane++)
        {
            ulong window = ((ulong*)a)[lane] >> 40;
            bool holds = op->Imm == 0 ? window > 5 : window == (ulong)op->Imm;
            result |= holds ? 1u << lane : 0;
        }
        *(uint*)d = result;
    }

    /// <summary>
    /// Bit of the nth set bit from a base, upwards or, for negative n, downwards.
    /// </summary>
    public static void FindNthSet(byte* d, byte* a, byte* b, byte* c, Op* op)
    {
        for (int lane = 0; lane < 32; lane++)
        {
            uint mask = ((uint*)a)[lane];
            int start = (int)(((uint*)b)[lane] & 31);
            int count = ((int*)c)[lane];
            int step = count < 0 ? -1 : 1;
            long left = count == 0 ? 1 : Math.Abs((long)count);
            uint found = uint.MaxValue;
            for (int bit = start; bit is >= 0 and < 32; bit += step)
            {
                bool set = (mask >> bit & 1) != 0;
                if (count == 0)
                {
                    found = set ? (uint)bit : found;
                    break;
                }
                left -= set ? 1 : 0;
                if (left == 0)
                {
                    found = (uint)bit;
                    break;
                }
            }
            ((uint*)d)[lane] = found;
        }
    }

    /// <summary>Sign- or zero-extends from the bit that the second operand counts.</summary>
    public static void Extend(byte* d, byte* a, byte* b, byte* c, Op* op)
    {
        for (int lane = 0; lane < 32; lane++)
        {
            int value = ((int*)a)[lane];
            uint count = ((uint*)b)[lane];
            count = (op->Mode & 1) != 0 ? Math.Min(count, 32) : count & 31;
            int shift = 32 - (int)count;
            int result =
                count == 0 ? 0
                : (op->Mode & 2) != 0 ? value << shift >> shift
                : (int)((uint)value << shift >> shift);
            ((int*)d)[lane] = result;
        }
    }

    /// <summary>A run of ones: first position, length.</summary>
    public static void Mask(byte* d, byte* a, byte* b, byte* c, Op* op)
    {
        for (int lane = 0; lane < 32; lane++)
        {
            uint start = ((uint*)a)[lane];
            uint count = ((uint*)b)[lane];
            bool clamp = (op->Mode & 1) != 0;
            start = clamp ? Math.Min(start, 32) : start & 31;
            count = clamp ? Math.Min(count, 32) : count & 31;
            ulong ones = (1UL << (int)count) - 1;
            ((uint*)d)[lane] = (uint)(ones << (int)start);
        }
    }

    /// <summary>set: all ones or 1.0 where the comparison holds.</summary>
    public static void Set(Warp warp, Op* op, uint mask)
    {
        uint result;
        op->Lanes((byte*)&result, warp.R + op->A, warp.R + op->B, warp.R + op->A, op);
        uint other =
            op->Imm == 0 ? 0 : *(uint*)(warp.R + op->C) ^ (op->Count == 1 ? uint.MaxValue : 0);
        result = ControlOps.Combine(op->Imm, result, other);
        bool pairs = op->Target == 1;
        uint upper = pairs ? PredicateLoops.Upper(warp.R + op->A, warp.R + op->B, op) : 0;
        upper = ControlOps.Combine(op->Imm, upper, other);
        uint one = op->Type switch
        {
            PtxType.F32 => 0x3F800000,
            PtxType.F16 or PtxType.F16x2 => 0x3C00,
            PtxType.BF16 or PtxType.BF16x2 => 0x3F80,
            PtxType.U16 or PtxType.S16 => 0xFFFF,
            _ => pairs ? 0xFFFF : uint.MaxValue,
        };
        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            uint value = (result >> lane & 1) != 0 ? one : 0;
            value |= pairs && (upper >> lane & 1) != 0 ? one << 16 : 0;
            ((uint*)(warp.R + op->D))[lane] = value;
        }
    }
}

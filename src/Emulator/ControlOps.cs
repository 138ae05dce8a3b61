using System.Numerics;

namespace Robustness.Emulator;

/// <summary>Handlers of comparisons, clocks, votes, shuffles and fences.</summary>
internal static unsafe class ControlOps
{
    public static void Compare(Warp warp, Op* op, uint mask)
    {
        uint result;
        op->Lanes((byte*)&result, warp.R + op->A, warp.R + op->B, warp.R + op->A, op);
        uint other =
            op->Imm == 0 ? 0 : *(uint*)(warp.R + op->C) ^ (op->Count == 1 ? uint.MaxValue : 0);
        Predicate(warp, op->D, mask, Combine(op->Imm, result, other));
        Predicate(warp, op->D2, mask, Combine(op->Imm, ~result, other));
    }

    /// <summary>The first result compares the lower halves, the second the upper ones.</summary>
    public static void ComparePairs(Warp warp, Op* op, uint mask)
    {
        uint lower;
        op->Lanes((byte*)&lower, warp.R + op->A, warp.R + op->B, warp.R + op->A, op);
        uint upper = PredicateLoops.Upper(warp.R + op->A, warp.R + op->B, op);
        uint other =
            op->Imm == 0 ? 0 : *(uint*)(warp.R + op->C) ^ (op->Count == 1 ? uint.MaxValue : 0);
        Predicate(warp, op->D, mask, Combine(op->Imm, lower, other));
        Predicate(warp, op->D2, mask, Combine(op->Imm, upper, other));
    }

    public static uint Combine(long how, uint a, uint b) =>
        how switch
        {
            1 => a & b,
            2 => a | b,
            3 => a ^ b,
            _ => a,
        };

    public static void Predicate(Warp warp, int slot, uint mask, uint value)
    {
        if (slot >= 0)
        {
            uint* target = (uint*)(warp.R + slot);
            *target = (*target & ~mask) | (value & mask);
        }
    }

    public static void ReadClock(Warp warp, Op* op, uint mask) =>
        Words(warp, op, mask, Clock(warp, op) >> (op->Mode * 32));

    /// <summary>Warp instructions so far: a clock that is the same on every machine.</summary>
    private static ulong Clock(Warp warp, Op* op) =>
        (ulong)(warp.Clock + op->Index - warp.RunStart);

    private static void Words(Warp warp, Op* op, uint mask, ulong value)
    {
        for (int lane = 0; lane < 32; lane++)
        {
            if ((mask >> lane & 1) == 0)
            {
                continue;
            }
            if (op->Width == 8)
            {
                ((ulong*)(warp.R + op->D))[lane] = value;
            }
            else
            {
                ((uint*)(warp.R + op->D))[lane] = (uint)value;
            }
        }
    }

    public static void Fence(Warp warp, Op* op, uint mask) => warp.Runner.Fence(warp, mask);

    /// <summary>Lets the block's other warps go first.</summary>
    public static void Yield(Warp warp, Op* op, uint mask) => warp.Yields = true;

    public static void Nothing(Warp warp, Op* op, uint mask) { }

    public static void ActiveMask(Warp warp, Op* op, uint mask) => Words(warp, op, mask, mask);

    public static void Vote(Warp warp, Op* op, uint mask)
    {
        uint value = (*(uint*)(warp.R + op->A) ^ (op->Count == 1 ? uint.MaxValue : 0)) & mask;
        switch (op->Mode)
        {
            case 0:
                Words(warp, op, mask, value);
                break;
            case 1:
                Predicate(warp, op->D, mask, value != 0 ? uint.MaxValue : 0);
                break;
            case 2:
                Predicate(warp, op->D, mask, value == mask ? uint.MaxValue : 0);
                break;
            default:
                bool uniform = value == 0 || value == mask;
                Predicate(warp, op->D, mask, uniform ? uint.MaxValue : 0);
                break;
        }
    }

    /// <summary>
    /// Out of the segment a lane reads itself; from a lane that takes no part it reads 0, which is
    /// undefined by the ISA but what sums over part of a warp rely on.
    /// </summary>
    public static void Shuffle(Warp warp, Op* op, uint mask)
    {
        uint* source = (uint*)(warp.R + op->A);
        uint* result = stackalloc uint[32];
        uint ok = 0;
        for (int lane = 0; lane < 32; lane++)
        {
            int b = (int)(((uint*)(warp.R + op->B))[lane] & 31);
            uint c = ((uint*)(warp.R + op->C))[lane];
            int clamp = (int)(c & 31);
            int segment = (int)(c >> 8 & 31);
            int most = (lane & segment) | (clamp & ~segment);
            int from = op->Mode switch
            {
                0 => lane - b,
                1 => lane + b,
                2 => lane ^ b,
                _ => (lane & segment) | (b & ~segment),
            };
            bool inside = op->Mode == 0 ? from >= most : from <= most;
            ok |= inside ? 1u << lane : 0;
            bool member = !inside || (mask >> from & 1) != 0;
            result[lane] = !member ? 0 : source[inside ? from : lane];
        }
        for (int lane = 0; lane < 32 && op->D >= 0; lane++)
        {
            if ((mask >> lane & 1) != 0)
            {
                ((uint*)(warp.R + op->D))[lane] = result[lane];
            }
        }
        Predicate(warp, op->D2, mask, ok);
    }

    public static void Reduce(Warp warp, Op* op, uint mask)
    {
        uint* source = (uint*)(warp.R + op->A);
        uint result = source[BitOperations.TrailingZeroCount(mask)];
        for (uint rest = mask & (mask - 1); rest != 0; rest &= rest - 1)
        {
            uint next = source[BitOperations.TrailingZeroCount(rest)];
            bool less = op->Type == PtxType.S32 ? (int)result < (int)next : result < next;
            result = op->Mode switch
            {
                0 => result + next,
                1 => less ? result : next,
                2 => less ? next : result,
                3 => result & next,
                4 => result | next,
                _ => result ^ next,
            };
        }
        Words(warp, op, mask, result);
    }
}

using System.Numerics;

namespace Robustness.Emulator;

/// <summary>match and elect.</summary>
internal static unsafe class MatchOps
{
    /// <summary>Members that hold the lane's own value.</summary>
    public static void Any(Warp warp, Op* op, uint mask)
    {
        uint* result = stackalloc uint[32];
        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            result[lane] = Same(warp, op, mask, Value(warp, op, lane));
        }
        for (uint rest = mask; op->D >= 0 && rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            ((uint*)(warp.R + op->D))[lane] = result[lane];
        }
    }

    /// <summary>The member mask and true when all hold one value, else 0 and false.</summary>
    public static void All(Warp warp, Op* op, uint mask)
    {
        int first = BitOperations.TrailingZeroCount(mask);
        bool equal = Same(warp, op, mask, Value(warp, op, first)) == mask;
        for (uint rest = mask; op->D >= 0 && rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            ((uint*)(warp.R + op->D))[lane] = equal ? mask : 0;
        }
        ControlOps.Predicate(warp, op->D2, mask, equal ? uint.MaxValue : 0);
    }

    /// <summary>The lowest member is the leader.</summary>
    public static void Elect(Warp warp, Op* op, uint mask)
    {
        int leader = BitOperations.TrailingZeroCount(mask);
        for (uint rest = mask; op->D >= 0 && rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            ((uint*)(warp.R + op->D))[lane] = (uint)leader;
        }
        ControlOps.Predicate(warp, op->D2, mask, 1u << leader);
    }

    private static ulong Value(Warp warp, Op* op, int lane) =>
        op->Stride == 8 ? ((ulong*)(warp.R + op->A))[lane] : ((uint*)(warp.R + op->A))[lane];

    private static uint Same(Warp warp, Op* op, uint mask, ulong value)
    {
        uint same = 0;
        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            same |= Value(warp, op, lane) == value ? 1u << lane : 0;
        }
        return same;
    }
}

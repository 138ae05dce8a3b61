using System.Numerics;
using System.Runtime.CompilerServices;

namespace Robustness.Emulator;

/// <summary>The instruction loop.</summary>
internal sealed unsafe partial class BlockRunner
{
    private const int Slice = 4096;

    /// <summary>
    /// Runs a split until it leaves, its slice ends or it reaches <paramref name="limit"/>, where
    /// other lanes wait to merge.
    /// </summary>
    private void Execute(Warp warp, Split split, int limit)
    {
        warp.Enter(split.Frame);
        Op* first = Kernel.First;
        uint active = split.Mask;
        int pc = split.Pc;
        long until = warp.Clock + Slice;
        while (true)
        {
            warp.RunStart = pc;
            Op* op =
                active == uint.MaxValue
                    ? RunAll(warp, first + pc)
                    : RunSome(warp, first + pc, active, limit);
            int end = op->Index;
            if (end >= limit)
            {
                Account(warp, pc, end, active);
                split.Pc = end;
                return;
            }
            Account(warp, pc, end + 1, active);
            uint mask = active;
            if (op->Guard >= 0)
            {
                uint guard = *(uint*)(warp.R + op->Guard);
                mask &= op->GuardNegated ? ~guard : guard;
            }
            if (mask != active)
            {
                CountOff(op, active & ~mask);
            }
            pc = end + 1;
            if (op->Kind == OpKind.Branch && (mask == active || mask == 0))
            {
                counters.Branches += op->Guard >= 0 ? 1 : 0;
                pc = mask == 0 ? pc : op->Target;
            }
            else if (mask != 0 && !(op->Kind == OpKind.Collective && RunAtOnce(warp, op, mask)))
            {
                split.Pc = pc;
                Leave(warp, split, op, mask);
                return;
            }
            if (warp.Clock >= until || pc >= limit || warp.Careful || warp.Yields)
            {
                split.Pc = pc;
                return;
            }
        }
    }

    /// <summary>Runs all 32 lanes up to the next instruction that may branch.</summary>
    private static Op* RunAll(Warp warp, Op* op)
    {
        byte* r = warp.R;
        while (true)
        {
            if (op->Kind == OpKind.Lanes)
            {
                op->Lanes(r + op->D, r + op->A, r + op->B, r + op->C, op);
            }
            else if (op->Kind == OpKind.Warp)
            {
                op->Run(warp, op, uint.MaxValue);
            }
            else if (op->Kind <= OpKind.GuardedWarp)
            {
                RunGuarded(warp, op, uint.MaxValue);
            }
            else
            {
                return op;
            }
            op++;
        }
    }

    private static Op* RunSome(Warp warp, Op* op, uint active, int limit)
    {
        while (op->Index < limit)
        {
            switch (op->Kind)
            {
                case OpKind.Lanes:
                    Masked(warp, op, active);
                    break;
                case OpKind.Warp:
                    op->Run(warp, op, active);
                    break;
                case OpKind.GuardedLanes or OpKind.GuardedWarp:
                    RunGuarded(warp, op, active);
                    break;
                default:
                    return op;
            }
            op++;
        }
        return op;
    }

    private static void RunGuarded(Warp warp, Op* op, uint active)
    {
        uint guard = *(uint*)(warp.R + op->Guard);
        uint mask = active & (op->GuardNegated ? ~guard : guard);
        warp.Runner.CountOff(op, active & ~mask);
        if (mask == 0)
        {
            return;
        }
        if (op->Kind == OpKind.GuardedWarp)
        {
            op->Run(warp, op, mask);
        }
        else
        {
            Masked(warp, op, mask);
        }
    }

    private static void Masked(Warp warp, Op* op, uint mask)
    {
        byte* r = warp.R;
        byte* d = r + op->D;
        if (mask == uint.MaxValue)
        {
            op->Lanes(d, r + op->A, r + op->B, r + op->C, op);
            return;
        }
        byte* scratch = warp.Current.Scratch;
        op->Lanes(scratch, r + op->A, r + op->B, r + op->C, op);
        if (op->Width == 0)
        {
            *(uint*)d = (*(uint*)d & ~mask) | (*(uint*)scratch & mask);
        }
        else if (op->Width == 8)
        {
            LaneBlend.Wide(d, scratch, mask);
        }
        else
        {
            LaneBlend.Narrow(d, scratch, mask);
        }
    }

    /// <summary>
    /// Instructions after which the split may be another: branch, call, exit, barrier, collective.
    /// </summary>
    private void Leave(Warp warp, Split split, Op* op, uint mask)
    {
        uint rest = split.Mask & ~mask;
        if (rest != 0)
        {
            AddSplit(warp, split, split.Frame, rest, split.Pc);
        }
        split.Mask = mask;
        switch (op->Kind)
        {
            case OpKind.Branch:
                counters.Branches++;
                counters.DivergentBranches++;
                split.Pc = op->Target;
                break;
            case OpKind.IndexedBranch:
                BranchByIndex(warp, split, op);
                break;
            case OpKind.Call:
                Call(warp, split, op);
                break;
            case OpKind.Return:
                Return(warp, split);
                break;
            case OpKind.Exit:
                Exit(warp, split);
                break;
            case OpKind.Trap:
                split.Pc--;
                EndBlock(warp, split, FaultKind.Trap, "trap");
                break;
            case OpKind.Barrier:
                ArriveBarrier(warp, split, op);
                break;
            default:
                ArriveSync(warp, split, op);
                break;
        }
    }

    private static void AddSplit(Warp warp, Split from, Frame frame, uint mask, int pc) =>
        warp.Splits.Add(
            new Split(frame, mask)
            {
                Pc = pc,
                Since = warp.Clock,
                Executed = from.Executed,
            }
        );

    private static void Exit(Warp warp, Split split)
    {
        warp.Live &= ~split.Mask;
        warp.Splits.Remove(split);
        for (Frame? frame = split.Frame; frame is not null; frame = frame.Parent)
        {
            frame.Lanes &= ~split.Mask;
        }
    }

    private void BranchByIndex(Warp warp, Split split, Op* op)
    {
        int[] targets = Kernel.Tables[op->Target];
        uint* index = (uint*)(warp.R + op->A);
        counters.Branches++;
        bool divergent = false;
        while (split.Mask != 0)
        {
            uint value = index[BitOperations.TrailingZeroCount(split.Mask)];
            uint same = Equal(index, value, split.Mask);
            if (value >= targets.Length)
            {
                split.Pc--;
                string message = $"index {value} is outside of {targets.Length} targets";
                EndBlock(warp, split, FaultKind.Trap, message);
            }
            if (same == split.Mask)
            {
                split.Pc = targets[value];
                break;
            }
            divergent = true;
            AddSplit(warp, split, split.Frame, same, targets[value]);
            split.Mask &= ~same;
        }
        counters.DivergentBranches += divergent ? 1 : 0;
    }

    private static uint Equal(uint* values, uint value, uint mask)
    {
        uint same = 0;
        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            same |= values[lane] == value ? 1u << lane : 0;
        }
        return same;
    }
}

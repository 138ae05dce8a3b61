using System.Numerics;

namespace Robustness.Emulator;

/// <summary>Block barriers and synchronisation within a warp.</summary>
internal sealed unsafe partial class BlockRunner
{
    private readonly int[] arrived = new int[16];
    private readonly int[] announced = new int[16];
    private PostDominators? afterBarriers;

    private void ArriveBarrier(Warp warp, Split split, Op* op)
    {
        int lane = BitOperations.TrailingZeroCount(split.Mask);
        uint number = ((uint*)(warp.R + op->A))[lane];
        counters.Barriers++;
        split.Pc--;
        if (number > 15)
        {
            string message = $"barrier {number} does not exist; 0 to 15 do";
            EndBlock(warp, split, FaultKind.Barrier, message);
        }
        int expected = op->B < 0 ? 0 : (int)((uint*)(warp.R + op->B))[lane];
        if (op->Mode == BarrierMode.Arrive)
        {
            arrived[number] += BitOperations.PopCount(split.Mask);
            announced[number] = expected;
            split.Pc++;
            return;
        }
        foreach (Split other in warp.Splits)
        {
            bool elsewhere = other.State == SplitState.AtBarrier && other.Pc != split.Pc;
            if (
                elsewhere
                && op->Count == 1
                && (Launch.Options.Checks & EmulatorChecks.Barrier) != 0
            )
            {
                const string Message = "lanes of one warp wait at different barriers";
                EndBlock(warp, split, FaultKind.Barrier, Message);
            }
        }
        split.Barrier = (int)number;
        split.Expected = expected;
        split.State = SplitState.AtBarrier;
    }

    /// <summary>
    /// While lanes of a warp wait at a barrier, the others owe an arrival: once they enter code
    /// that every way from the barrier leads to, they have missed it.
    /// </summary>
    private void CheckOwed(Warp warp, Split chosen, ref int limit)
    {
        warp.Careful = false;
        foreach (Split split in warp.Splits)
        {
            bool waits =
                split.State == SplitState.AtBarrier
                && (Kernel.First + split.Pc)->Count == 1
                && split.Frame.Function == chosen.Frame.Function;
            if (!waits)
            {
                continue;
            }
            warp.Careful = true;
            afterBarriers ??= new PostDominators(Kernel);
            foreach (int start in afterBarriers.After(split.Pc))
            {
                if (start == chosen.Pc)
                {
                    const string Message = "only some lanes of the warp reach this barrier";
                    EndBlock(warp, split, FaultKind.Barrier, Message);
                }
                limit = start > chosen.Pc ? Math.Min(limit, start) : limit;
            }
        }
    }

    private bool ReleaseBarriers()
    {
        bool released = false;
        for (int number = 0; number < 16; number++)
        {
            int waiting = arrived[number];
            int expected = announced[number];
            int live = 0;
            bool anybody = false;
            foreach (Warp warp in warps)
            {
                live += warp.LiveCount;
                foreach (Split split in warp.Splits)
                {
                    if (split.State == SplitState.AtBarrier && split.Barrier == number)
                    {
                        anybody = true;
                        waiting += BitOperations.PopCount(split.Mask);
                        expected = Math.Max(expected, split.Expected);
                    }
                }
            }
            bool whole = expected == 0 || expected >= live;
            if (anybody && waiting >= (whole ? live : expected))
            {
                Release(number);
                released = true;
            }
        }
        return released;
    }

    private void Release(int number)
    {
        NextBarrierEpoch();
        arrived[number] = 0;
        announced[number] = 0;
        (int count, int lanes) = CountPredicates(number);
        foreach (Warp warp in warps)
        {
            foreach (Split split in warp.Splits)
            {
                if (split.State == SplitState.AtBarrier && split.Barrier == number)
                {
                    WriteReduction(warp, split, count, lanes);
                    split.State = SplitState.Ready;
                    split.Pc++;
                    split.Since = warp.Clock;
                }
            }
        }
    }

    /// <summary>Lanes whose predicate holds, and all lanes, of a reduction at a barrier.</summary>
    private (int Count, int Lanes) CountPredicates(int number)
    {
        int count = 0;
        int lanes = 0;
        foreach (Warp warp in warps)
        {
            foreach (Split split in warp.Splits)
            {
                Op* op = Kernel.First + split.Pc;
                bool here = split.State == SplitState.AtBarrier && split.Barrier == number;
                if (here && op->Mode >= BarrierMode.Count)
                {
                    uint held = *(uint*)(split.Frame.Registers + op->C);
                    held = op->Imm != 0 ? ~held : held;
                    count += BitOperations.PopCount(held & split.Mask);
                    lanes += BitOperations.PopCount(split.Mask);
                }
            }
        }
        return (count, lanes);
    }

    private void WriteReduction(Warp warp, Split split, int count, int lanes)
    {
        Op* op = Kernel.First + split.Pc;
        if (op->Mode < BarrierMode.Count)
        {
            return;
        }
        warp.Enter(split.Frame);
        if (op->Mode == BarrierMode.Count)
        {
            for (uint rest = split.Mask; rest != 0; rest &= rest - 1)
            {
                ((int*)(warp.R + op->D))[BitOperations.TrailingZeroCount(rest)] = count;
            }
            return;
        }
        bool holds = op->Mode == BarrierMode.And ? count == lanes : count > 0;
        ControlOps.Predicate(warp, op->D, split.Mask, holds ? uint.MaxValue : 0);
    }

    /// <summary>Runs a collective that needs no other lanes than those here.</summary>
    private bool RunAtOnce(Warp warp, Op* op, uint mask)
    {
        uint* masks = (uint*)(warp.R + op->X[8]);
        uint first = masks[BitOperations.TrailingZeroCount(mask)];
        if ((first & warp.Live) != mask)
        {
            return false;
        }
        for (int lane = 0; lane < 32; lane++)
        {
            if ((mask >> lane & 1) != 0 && masks[lane] != first)
            {
                return false;
            }
        }
        op->Run(warp, op, mask);
        EndSync(warp, mask);
        return true;
    }

    private void EndSync(Warp warp, uint mask)
    {
        if (!checksRaces)
        {
            return;
        }
        Launch.Epoch++;
        if ((warp.Live & ~mask) == 0)
        {
            warp.SyncEpoch = Launch.Epoch;
        }
        else
        {
            warp.Meet(mask, Launch.Epoch);
        }
    }

    private void ArriveSync(Warp warp, Split split, Op* op)
    {
        split.Pc--;
        uint* masks = (uint*)(warp.R + op->X[8]);
        for (uint rest = split.Mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            if ((masks[lane] >> lane & 1) == 0)
            {
                EndBlock(warp, split, FaultKind.Barrier, "the member mask leaves out its own lane");
            }
        }
        split.State = SplitState.AtSync;
    }

    /// <summary>Runs collectives whose members have all come; each mask is one group.</summary>
    private void ReleaseSyncs(Warp warp)
    {
        for (int i = 0; i < warp.Splits.Count; i++)
        {
            Split split = warp.Splits[i];
            if (split.State != SplitState.AtSync)
            {
                continue;
            }
            Gather(warp, split);
            Op* op = Kernel.First + split.Pc;
            int lane = BitOperations.TrailingZeroCount(split.Mask);
            uint member = ((uint*)(split.Frame.Registers + op->X[8]))[lane];
            uint waiting = Waiting(split, op, member);
            bool barrier = op->Mode == SyncOnly;
            uint come = barrier ? WaitingAnywhere(warp, member) : waiting;
            if ((member & warp.Live & ~come) != 0)
            {
                continue;
            }
            i = -1;
            if (barrier)
            {
                ReleaseEverywhere(warp, member);
            }
            else
            {
                RunCollective(warp, split, waiting);
            }
        }
    }

    /// <summary>Joins splits that wait at the same instruction of the same activation.</summary>
    private void Gather(Warp warp, Split into)
    {
        for (int i = warp.Splits.Count - 1; i >= 0; i--)
        {
            Split other = warp.Splits[i];
            bool meets = other != into && other.State == SplitState.AtSync && other.Pc == into.Pc;
            if (meets && Join(into.Frame, other.Frame, other.Mask))
            {
                into.Mask |= other.Mask;
                warp.Splits.RemoveAt(i);
            }
        }
    }

    private static uint Waiting(Split split, Op* op, uint member)
    {
        uint* masks = (uint*)(split.Frame.Registers + op->X[8]);
        uint waiting = 0;
        for (uint rest = split.Mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            waiting |= masks[lane] == member ? 1u << lane : 0;
        }
        return waiting;
    }

    /// <summary>Lanes that wait at any bar.warp.sync with a member mask.</summary>
    private uint WaitingAnywhere(Warp warp, uint member)
    {
        uint waiting = 0;
        foreach (Split split in warp.Splits)
        {
            Op* op = Kernel.First + split.Pc;
            bool here = split.State == SplitState.AtSync && op->Mode == SyncOnly;
            waiting |= here ? Waiting(split, op, member) : 0;
        }
        return waiting;
    }

    /// <summary>Lanes may wait for one bar.warp.sync at different instructions.</summary>
    private void ReleaseEverywhere(Warp warp, uint member)
    {
        for (int i = warp.Splits.Count - 1; i >= 0; i--)
        {
            Split split = warp.Splits[i];
            Op* op = Kernel.First + split.Pc;
            bool here = split.State == SplitState.AtSync && op->Mode == SyncOnly;
            uint lanes = here ? Waiting(split, op, member) : 0;
            if (lanes != 0)
            {
                RunCollective(warp, split, lanes);
            }
        }
        EndSync(warp, member);
    }

    private void RunCollective(Warp warp, Split split, uint lanes)
    {
        Op* op = Kernel.First + split.Pc;
        warp.Enter(split.Frame);
        warp.RunStart = split.Pc;
        op->Run(warp, op, lanes);
        EndSync(warp, lanes);
        uint rest = split.Mask & ~lanes;
        if (rest != 0)
        {
            AddSplit(warp, split, split.Frame, rest, split.Pc);
            warp.Splits[^1].State = SplitState.AtSync;
        }
        split.Mask = lanes;
        split.State = SplitState.Ready;
        split.Pc++;
        split.Since = warp.Clock;
    }

    /// <summary>Mode of bar.warp.sync, which lanes may reach at different instructions.</summary>
    public const int SyncOnly = -2;

    private void ReportDeadlock()
    {
        foreach (Warp warp in warps)
        {
            foreach (Split split in warp.Splits)
            {
                EndBlock(
                    warp,
                    split,
                    FaultKind.Barrier,
                    "threads wait for others that cannot come"
                );
            }
        }
    }
}

/// <summary>What a barrier instruction does.</summary>
internal static class BarrierMode
{
    public const int Sync = 0;
    public const int Arrive = 1;
    public const int Count = 2;
    public const int And = 3;
    public const int Or = 4;
}

using System.Numerics;

namespace Robustness.Emulator;

/// <summary>Block barriers and synchronisation within a warp.</summary>
internal sealed unsafe partial class BlockRunner
{
    private void ArriveBarrier(Warp warp, Split split, Op* op)
    {
        int lane = BitOperations.TrailingZeroCount(split.Mask);
        uint number = ((uint*)(warp.R + op->A))[lane];
        counters.Barriers++;
        split.Pc--;
        if (number > 15)
        {
            EndBlock(
                warp,
                split,
                FaultKind.Barrier,
                $"barrier {number} does not exist; 0 to 15 do"
            );
        }
        foreach (Split other in warp.Splits)
        {
            bool elsewhere = other.State == SplitState.AtBarrier && other.Pc != split.Pc;
            if (elsewhere && Launch.Options.Checks.HasFlag(EmulatorChecks.Barrier))
            {
                EndBlock(
                    warp,
                    split,
                    FaultKind.Barrier,
                    "lanes of one warp wait at different barriers"
                );
            }
        }
        split.Barrier = (int)number;
        split.Expected = op->B < 0 ? 0 : (int)((uint*)(warp.R + op->B))[lane];
        split.State = SplitState.AtBarrier;
    }

    private bool ReleaseBarriers()
    {
        bool released = false;
        for (int number = 0; number < 16; number++)
        {
            int arrived = 0;
            int expected = 0;
            int live = 0;
            foreach (Warp warp in warps)
            {
                live += warp.LiveCount;
                foreach (Split split in warp.Splits)
                {
                    if (split.State == SplitState.AtBarrier && split.Barrier == number)
                    {
                        arrived += BitOperations.PopCount(split.Mask);
                        expected = Math.Max(expected, split.Expected);
                    }
                }
            }
            bool whole = expected == 0 || expected >= live;
            if (arrived > 0 && arrived >= (whole ? live : expected))
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
        foreach (Warp warp in warps)
        {
            foreach (Split split in warp.Splits)
            {
                if (split.State == SplitState.AtBarrier && split.Barrier == number)
                {
                    split.State = SplitState.Ready;
                    split.Pc++;
                    split.Since = warp.Clock;
                }
            }
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
            Op* op = Launch.Function.First + split.Pc;
            int lane = BitOperations.TrailingZeroCount(split.Mask);
            uint member = ((uint*)(warp.R + op->X[8]))[lane];
            uint waiting = Waiting(warp, split.Pc, member);
            if ((member & warp.Live & ~waiting) == 0)
            {
                RunCollective(warp, op, split.Pc, waiting);
                i = -1;
            }
        }
    }

    private uint Waiting(Warp warp, int pc, uint member)
    {
        uint* masks = (uint*)(warp.R + (Launch.Function.First + pc)->X[8]);
        uint waiting = 0;
        foreach (Split split in warp.Splits)
        {
            for (uint rest = split.Mask; rest != 0; rest &= rest - 1)
            {
                int lane = BitOperations.TrailingZeroCount(rest);
                bool here = split.State == SplitState.AtSync && split.Pc == pc;
                waiting |= here && masks[lane] == member ? 1u << lane : 0;
            }
        }
        return waiting;
    }

    private void RunCollective(Warp warp, Op* op, int pc, uint lanes)
    {
        op->Run(warp, op, lanes);
        if ((warp.Live & ~lanes) == 0)
        {
            Launch.Epoch++;
            warp.SyncEpoch = Launch.Epoch;
        }
        for (int i = warp.Splits.Count - 1; i >= 0; i--)
        {
            Split split = warp.Splits[i];
            if (split.State == SplitState.AtSync && split.Pc == pc)
            {
                split.Mask &= ~lanes;
                if (split.Mask == 0)
                {
                    warp.Splits.RemoveAt(i);
                }
            }
        }
        warp.Splits.Add(
            new Split(warp.Current, lanes)
            {
                Pc = pc + 1,
                Since = warp.Clock,
                Executed = warp.Clock,
            }
        );
    }

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

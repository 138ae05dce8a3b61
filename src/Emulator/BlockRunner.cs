using System.Numerics;
using System.Runtime.InteropServices;
using Robustness.Interop;

namespace Robustness.Emulator;

/// <summary>Runs blocks one after the other on one host thread.</summary>
internal sealed unsafe partial class BlockRunner : IDisposable
{
    private const long Quantum = 100_000;
    private readonly Warp[] warps;
    private readonly MemoryRegion shared;
    private readonly MemoryRegion local;
    private readonly MemoryRegion parameters;
    private readonly int blockThreads;
    private Dim3 block;

    public BlockRunner(LaunchState launch)
    {
        Launch = launch;
        DecodedFunction function = launch.Function;
        blockThreads = (int)launch.Block.Count;
        ulong sharedBytes = (ulong)(SharedBase + launch.DynamicShared);
        shared = new MemoryRegion("shared", PtxSpace.Shared, 0, sharedBytes);
        int localBytes = function.LocalBytes;
        local = new MemoryRegion(
            "local",
            PtxSpace.Local,
            0,
            (ulong)localBytes * (ulong)blockThreads
        );
        parameters = new MemoryRegion(
            "parameters",
            PtxSpace.Param,
            0,
            (ulong)launch.Parameters.Length
        );
        launch
            .Parameters.AsSpan()
            .CopyTo(new Span<byte>(parameters.Host, launch.Parameters.Length));
        parameters.TrackValid();
        parameters.SetValid(0, parameters.Bytes);
        shared.TrackValid();
        local.TrackValid();
        hits = new MemoryRegion[function.Code.Length];
        executedWarps = new long[function.Code.Length];
        executedLanes = new long[function.Code.Length];
        int count = (blockThreads + 31) / 32;
        warps = new Warp[count];
        for (int i = 0; i < count; i++)
        {
            var frame = new Frame(function);
            warps[i] = new Warp(this, i) { Current = frame, R = frame.Registers };
            FillConstants(warps[i]);
        }
    }

    public LaunchState Launch { get; }

    private int SharedBase => (Launch.Function.SharedBytes + 15) & ~15;

    public void Dispose()
    {
        foreach (Warp warp in warps)
        {
            warp.Current.Dispose();
        }
        shared.Dispose();
        local.Dispose();
        parameters.Dispose();
    }

    public void Run(ulong index)
    {
        BeginBlock(index);
        try
        {
            RunWarps();
        }
        catch (BlockEndedException)
        {
            // The fault is recorded; the rest of the block does not run.
        }
    }

    private void BeginBlock(ulong index)
    {
        Dim3 grid = Launch.Grid;
        block = new Dim3(
            (uint)(index % grid.X),
            (uint)(index / grid.X % grid.Y),
            (uint)(index / grid.X / grid.Y)
        );
        blockIndex = index;
        sequence = 0;
        NativeMemory.Fill(shared.Host, (nuint)shared.Bytes, MemoryRegion.Fill);
        shared.SetValid(0, shared.Bytes, 0);
        NativeMemory.Fill(local.Host, (nuint)local.Bytes, MemoryRegion.Fill);
        local.SetValid(0, local.Bytes, 0);
        BeginEpoch();
        foreach (Warp warp in warps)
        {
            int threads = Math.Min(32, blockThreads - (32 * warp.Index));
            warp.Live = threads == 32 ? uint.MaxValue : (1u << threads) - 1;
            warp.Clock = 0;
            warp.Copies.Clear();
            Array.Clear(warp.CommittedGroups);
            warp.SyncEpoch = Launch.Epoch;
            warp.Splits.Clear();
            warp.Splits.Add(new Split(warp.Current, warp.Live));
            FillSpecials(warp);
        }
    }

    private void RunWarps()
    {
        while (true)
        {
            bool progress = false;
            bool alive = false;
            foreach (Warp warp in warps)
            {
                progress |= RunWarp(warp);
                alive |= warp.Splits.Count > 0;
            }
            progress |= ReleaseBarriers();
            if (!alive)
            {
                return;
            }
            if (!progress)
            {
                ReportDeadlock();
            }
        }
    }

    /// <summary>
    /// Runs a warp until it waits or its quantum ends; false when nothing was ready.
    /// </summary>
    private bool RunWarp(Warp warp)
    {
        long until = warp.Clock + Quantum;
        bool progress = false;
        while (warp.Clock < until)
        {
            ReleaseSyncs(warp);
            Split? next = Choose(warp, out int limit);
            if (next is null)
            {
                return progress;
            }
            progress = true;
            long before = warp.Clock;
            Execute(warp, next, limit);
            next.Executed += warp.Clock - before;
            next.Since = warp.Clock;
            if (next.Executed > Launch.Options.InstructionsPerThread)
            {
                EndBlock(warp, next, FaultKind.Runaway, "the instruction limit was reached");
            }
        }
        return true;
    }

    private static Split? Choose(Warp warp, out int limit)
    {
        Split? lowest = null;
        Split? oldest = null;
        limit = int.MaxValue;
        foreach (Split split in warp.Splits)
        {
            if (split.State != SplitState.Ready)
            {
                continue;
            }
            lowest = lowest is null || split.Pc < lowest.Pc ? split : lowest;
            oldest = oldest is null || split.Since < oldest.Since ? split : oldest;
        }
        if (lowest is null || oldest is null)
        {
            return null;
        }
        Split chosen = warp.Clock - oldest.Since > 4096 ? oldest : lowest;
        Merge(warp, chosen);
        foreach (Split split in warp.Splits)
        {
            if (split != chosen && split.State == SplitState.Ready && split.Pc > chosen.Pc)
            {
                limit = Math.Min(limit, split.Pc);
            }
        }
        return chosen;
    }

    private static void Merge(Warp warp, Split into)
    {
        for (int i = warp.Splits.Count - 1; i >= 0; i--)
        {
            Split other = warp.Splits[i];
            if (other != into && other.State == SplitState.Ready && other.Pc == into.Pc)
            {
                into.Mask |= other.Mask;
                into.Executed = Math.Max(into.Executed, other.Executed);
                warp.Splits.RemoveAt(i);
            }
        }
    }

    private void Execute(Warp warp, Split split, int limit)
    {
        Op* first = Launch.Function.First;
        byte* r = warp.R;
        uint active = split.Mask;
        int pc = split.Pc;
        int budget = 4096;
        bool count = Launch.Options.CollectCounters || Launch.Options.CollectCoverage;
        while (pc < limit && budget-- > 0)
        {
            Op* op = first + pc;
            uint mask = active;
            if (op->Guard >= 0)
            {
                uint guard = *(uint*)(r + op->Guard);
                mask &= op->GuardNegated ? ~guard : guard;
            }
            warp.Clock++;
            if (count)
            {
                executedWarps[pc]++;
                executedLanes[pc] += BitOperations.PopCount(
                    op->Kind == OpKind.Branch ? active : mask
                );
            }
            pc++;
            switch (op->Kind)
            {
                case OpKind.Lanes when mask == uint.MaxValue:
                    op->Lanes(r + op->D, r + op->A, r + op->B, r + op->C, op);
                    break;
                case OpKind.Lanes:
                    Masked(warp, op, mask);
                    break;
                case OpKind.Warp:
                    if (mask != 0)
                    {
                        op->Run(warp, op, mask);
                    }
                    break;
                case OpKind.Branch when mask == active:
                    CountBranch(op, false);
                    pc = op->Target;
                    break;
                case OpKind.Branch when mask == 0:
                    CountBranch(op, false);
                    break;
                default:
                    split.Pc = pc;
                    if (mask != 0)
                    {
                        Leave(warp, split, op, mask);
                        return;
                    }
                    break;
            }
        }
        split.Pc = pc;
    }

    private static void Masked(Warp warp, Op* op, uint mask)
    {
        byte* r = warp.R;
        byte* scratch = warp.Current.Scratch;
        op->Lanes(scratch, r + op->A, r + op->B, r + op->C, op);
        byte* d = r + op->D;
        if (op->Width == 0)
        {
            *(uint*)d = (*(uint*)d & ~mask) | (*(uint*)scratch & mask);
            return;
        }
        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            if (op->Width == 8)
            {
                ((ulong*)d)[lane] = ((ulong*)scratch)[lane];
            }
            else
            {
                ((uint*)d)[lane] = ((uint*)scratch)[lane];
            }
        }
    }

    /// <summary>
    /// Instructions after which the split may be another: branch, exit, barrier, collective.
    /// </summary>
    private void Leave(Warp warp, Split split, Op* op, uint mask)
    {
        uint rest = split.Mask & ~mask;
        if (op->Kind == OpKind.Branch)
        {
            CountBranch(op, true);
        }
        if (rest != 0)
        {
            warp.Splits.Add(
                new Split(split.Frame, rest)
                {
                    Pc = split.Pc,
                    Since = warp.Clock,
                    Executed = split.Executed,
                }
            );
        }
        split.Mask = mask;
        switch (op->Kind)
        {
            case OpKind.Branch:
                split.Pc = op->Target;
                break;
            case OpKind.Exit:
                if (op->Mode == 1)
                {
                    split.Pc--;
                    EndBlock(warp, split, FaultKind.Trap, "trap");
                }
                warp.Live &= ~mask;
                warp.Splits.Remove(split);
                break;
            case OpKind.Barrier:
                ArriveBarrier(warp, split, op);
                break;
            default:
                ArriveSync(warp, split, op);
                break;
        }
    }
}

using System.Runtime.InteropServices;
using Robustness.Interop;

namespace Robustness.Emulator;

/// <summary>Runs blocks one after the other on one host thread.</summary>
internal sealed unsafe partial class BlockRunner : IDisposable
{
    private const long Quantum = 100_000;

    /// <summary>Rounds without a passed barrier object after which there is a deadlock.</summary>
    private const int MostIdleRounds = 1 << 18;
    private readonly Warp[] warps;
    private readonly MemoryRegion shared;
    private readonly MemoryRegion local;
    private readonly MemoryRegion parameters;
    private readonly int blockThreads;
    private Dim3 block;

    public BlockRunner(LaunchState launch)
    {
        Launch = launch;
        Kernel = launch.Kernel;
        blockThreads = (int)launch.Block.Count;
        ulong sharedBytes = (ulong)(SharedBase + launch.DynamicShared);
        shared = new MemoryRegion("shared", PtxSpace.Shared, 0, sharedBytes);
        ulong localBytes = (ulong)Kernel.LocalBytes * (ulong)blockThreads;
        local = new MemoryRegion("local", PtxSpace.Local, 0, localBytes);
        ulong parameterBytes = (ulong)launch.Parameters.Length;
        parameters = new MemoryRegion("parameters", PtxSpace.Param, 0, parameterBytes);
        launch
            .Parameters.AsSpan()
            .CopyTo(new Span<byte>(parameters.Host, launch.Parameters.Length));
        checksRaces = launch.Options.Checks.HasFlag(EmulatorChecks.Race);
        checksValid = launch.Options.Checks.HasFlag(EmulatorChecks.Uninitialized);
        if (checksValid)
        {
            shared.TrackValid();
            local.TrackValid();
        }
        if (checksRaces)
        {
            shared.TrackRaces();
        }
        hits = new MemoryRegion[Kernel.Code.Length];
        startedWarps = new long[Kernel.Code.Length + 1];
        startedLanes = new long[Kernel.Code.Length + 1];
        offLanes = new long[Kernel.Code.Length];
        warps = new Warp[(blockThreads + 31) / 32];
        for (int i = 0; i < warps.Length; i++)
        {
            warps[i] = new Warp(this, i, new Frame(Kernel.Functions[0]));
            FillConstants(warps[i].Entry);
        }
    }

    public LaunchState Launch { get; }

    public DecodedKernel Kernel { get; }

    private int SharedBase => (Kernel.SharedBytes + 15) & ~15;

    public void Dispose()
    {
        foreach (Warp warp in warps)
        {
            warp.Entry.Dispose();
        }
        DisposeFrames();
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
        Array.Clear(arrived);
        Array.Clear(announced);
        ForgetHandshakes();
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
            warp.Careful = false;
            warp.Yields = false;
            warp.Copies.Clear();
            Array.Clear(warp.CommittedGroups);
            warp.SyncEpoch = Launch.Epoch;
            warp.Splits.Clear();
            warp.Splits.Add(new Split(warp.Entry, warp.Live));
            warp.Entry.Lanes = warp.Live;
            warp.Enter(warp.Entry);
            FillSpecials(warp, warp.Entry);
        }
    }

    private void RunWarps()
    {
        int idleRounds = 0;
        while (true)
        {
            bool progress = false;
            bool alive = false;
            bool idle = true;
            foreach (Warp warp in warps)
            {
                warp.Waits = false;
                bool ran = RunWarp(warp);
                progress |= ran;
                idle &= !ran || warp.Waits;
                alive |= warp.Splits.Count > 0;
            }
            idleRounds = idle && progress ? idleRounds + 1 : 0;
            progress |= ReleaseBarriers();
            if (!alive)
            {
                return;
            }
            if (!progress)
            {
                ReportDeadlock();
            }
            if (idleRounds > MostIdleRounds)
            {
                Warp first = Array.Find(warps, warp => warp.Splits.Count > 0)!;
                const string Message = "every thread waits at a barrier object";
                EndBlock(first, first.Splits[0], FaultKind.Runaway, Message);
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
            if (warp.Yields)
            {
                warp.Yields = false;
                return true;
            }
            if (next.Executed > Launch.Options.InstructionsPerThread)
            {
                EndBlock(warp, next, FaultKind.Runaway, "the instruction limit was reached");
            }
        }
        return true;
    }

    /// <summary>
    /// The ready split that is deepest in calls and lowest in the code, or one that has waited for
    /// 4096 instructions: the holder of a lock must get on.
    /// </summary>
    private Split? Choose(Warp warp, out int limit)
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
            lowest = lowest is null || Precedes(split, lowest) ? split : lowest;
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
            bool ahead =
                split != chosen
                && split.State == SplitState.Ready
                && split.Pc > chosen.Pc
                && split.Frame.Function == chosen.Frame.Function;
            limit = ahead ? Math.Min(limit, split.Pc) : limit;
        }
        if (warp.Splits.Count > 1 && (Launch.Options.Checks & EmulatorChecks.Barrier) != 0)
        {
            CheckOwed(warp, chosen, ref limit);
        }
        return chosen;
    }

    private static bool Precedes(Split a, Split b) =>
        a.Frame.Depth != b.Frame.Depth ? a.Frame.Depth > b.Frame.Depth : a.Pc < b.Pc;

    private void Merge(Warp warp, Split into)
    {
        for (int i = warp.Splits.Count - 1; i >= 0; i--)
        {
            Split other = warp.Splits[i];
            bool meets = other != into && other.State == SplitState.Ready && other.Pc == into.Pc;
            if (meets && Join(into.Frame, other.Frame, other.Mask))
            {
                into.Mask |= other.Mask;
                into.Executed = Math.Max(into.Executed, other.Executed);
                warp.Splits.RemoveAt(i);
            }
        }
    }
}

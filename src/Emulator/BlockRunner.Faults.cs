using System.Numerics;
using Robustness.Interop;

namespace Robustness.Emulator;

/// <summary>Fault records and counters.</summary>
internal sealed unsafe partial class BlockRunner
{
    private const int MostFaults = 100;
    private readonly List<(ulong Block, long Order, Fault Fault)> faults = [];
    private readonly LaunchCounters counters = new();
    private readonly long[] executedWarps;
    private readonly long[] executedLanes;
    private ulong blockIndex;
    private long sequence;

    public IReadOnlyList<(ulong Block, long Order, Fault Fault)> Faults => faults;

    public long AllFaults { get; private set; }

    public LaunchCounters Counters => counters;

    public long[] ExecutedWarps => executedWarps;

    public long[] ExecutedLanes => executedLanes;

    private FaultSite Site(Dim3 where, int thread, int instruction)
    {
        Dim3 size = Launch.Block;
        uint t = (uint)thread;
        List<PtxInstruction> code = Launch.Function.Source.Code;
        PtxInstruction? source = instruction < code.Count ? code[instruction] : null;
        PtxLocation? location = source?.Location;
        string? file = null;
        if (location is not null)
        {
            _ = Launch.Files.TryGetValue(location.File, out file);
        }
        return new FaultSite(
            where,
            new Dim3(t % size.X, t / size.X % size.Y, t / size.X / size.Y),
            source?.Line ?? Launch.Function.Source.Line,
            file,
            location?.Line ?? 0
        );
    }

    private void Report(AccessPlace place, FaultKind kind, string message, FaultSite? other = null)
    {
        FaultSite site = Site(block, (32 * place.Warp.Index) + place.Lane, place.Op->Index);
        Add(
            new Fault(kind, site, message)
            {
                Access = place.Kind,
                Space = place.Space,
                Bytes = place.Bytes,
                Buffer = place.Space == PtxSpace.Global ? place.Buffer : null,
                Distance = place.Distance,
                Other = other,
            }
        );
    }

    private void Add(Fault fault)
    {
        AllFaults++;
        if (faults.Count < MostFaults)
        {
            faults.Add((blockIndex, sequence++, fault));
        }
    }

    private void EndBlock(Warp warp, Split split, FaultKind kind, string message)
    {
        int lane = BitOperations.TrailingZeroCount(split.Mask);
        Add(new Fault(kind, Site(block, (32 * warp.Index) + lane, split.Pc), message));
        throw new BlockEndedException();
    }

    private void CountBranch(Op* op, bool divergent)
    {
        if (op->Guard >= 0)
        {
            counters.Branches++;
            counters.DivergentBranches += divergent ? 1 : 0;
        }
    }

    /// <summary>Requests, sectors, bytes and bank conflicts of one warp access.</summary>
    public void Count(Op* op, ulong* addresses, uint mask, int bytes, FaultAccess kind)
    {
        if (!Launch.Options.CollectCounters)
        {
            return;
        }
        int lanes = BitOperations.PopCount(mask);
        bool load = kind == FaultAccess.Load;
        if (kind == FaultAccess.Atomic)
        {
            counters.Atomics += lanes;
        }
        else if (op->Space == PtxSpace.Global)
        {
            long sectors = SectorCount.Distinct(addresses, mask, bytes);
            counters.GlobalLoadRequests += load ? 1 : 0;
            counters.GlobalStoreRequests += load ? 0 : 1;
            counters.GlobalLoadSectors += load ? sectors : 0;
            counters.GlobalStoreSectors += load ? 0 : sectors;
            counters.GlobalBytesRead += load ? (long)lanes * bytes : 0;
            counters.GlobalBytesWritten += load ? 0 : (long)lanes * bytes;
            SectorCount.Add(load ? SectorsRead : SectorsWritten, addresses, mask, bytes);
        }
        else if (op->Space == PtxSpace.Shared)
        {
            counters.SharedLoadRequests += load ? 1 : 0;
            counters.SharedStoreRequests += load ? 0 : 1;
            counters.SharedBankConflicts += SectorCount.Conflicts(addresses, mask, bytes);
        }
        else if (op->Space == PtxSpace.Local)
        {
            counters.LocalBytes += (long)lanes * bytes;
        }
    }

    /// <summary>An asynchronous copy counts on both sides.</summary>
    public void CountCopy(Op* op, ulong* addresses, ulong* targets, uint mask)
    {
        Count(op, addresses, mask, op->Count, FaultAccess.Load);
        Op target = *op with { Space = PtxSpace.Shared };
        Count(&target, targets, mask, op->Count, FaultAccess.Store);
    }

    public HashSet<ulong> SectorsRead { get; } = [];

    public HashSet<ulong> SectorsWritten { get; } = [];
}

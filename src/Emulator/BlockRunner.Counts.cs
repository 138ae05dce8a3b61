using System.Numerics;

namespace Robustness.Emulator;

/// <summary>Counters of instructions and of memory traffic.</summary>
internal sealed unsafe partial class BlockRunner
{
    private readonly LaunchCounters counters = new();

    // Differences: what began at an instruction minus what ended before it.
    private readonly long[] startedWarps;
    private readonly long[] startedLanes;
    private readonly long[] offLanes;

    public LaunchCounters Counters => counters;

    /// <summary>Lanes that a guard has switched off, by instruction.</summary>
    public IReadOnlyList<long> OffLanes => offLanes;

    /// <summary>Executions by instruction: warps and lanes.</summary>
    public (long[] Warps, long[] Lanes) Executions()
    {
        var warpCounts = new long[startedWarps.Length];
        var laneCounts = new long[startedLanes.Length];
        long warpSum = 0;
        long laneSum = 0;
        for (int i = 0; i < warpCounts.Length; i++)
        {
            warpCounts[i] = warpSum += startedWarps[i];
            laneCounts[i] = laneSum += startedLanes[i];
        }
        return (warpCounts, laneCounts);
    }

    private void Account(Warp warp, int start, int end, uint active)
    {
        warp.Clock += end - start;
        int lanes = BitOperations.PopCount(active);
        startedWarps[start]++;
        startedWarps[end]--;
        startedLanes[start] += lanes;
        startedLanes[end] -= lanes;
    }

    /// <summary>Lanes that a guard has switched off do not count.</summary>
    private void CountOff(Op* op, uint lanes)
    {
        int count = BitOperations.PopCount(lanes);
        offLanes[op->Index] += count;
        startedLanes[op->Index] -= count;
        startedLanes[op->Index + 1] += count;
    }

    /// <summary>Requests, sectors, bytes and bank conflicts of one warp access.</summary>
    private void CountAccess(in WarpAccess access)
    {
        int lanes = BitOperations.PopCount(access.Mask);
        bool load = access.Kind == FaultAccess.Load;
        if (access.Kind == FaultAccess.Atomic)
        {
            counters.Atomics += lanes;
            return;
        }
        switch (access.Space)
        {
            case PtxSpace.Global:
                long sectors = SectorCount.Distinct(access);
                counters.GlobalLoadRequests += load ? 1 : 0;
                counters.GlobalStoreRequests += load ? 0 : 1;
                counters.GlobalLoadSectors += load ? sectors : 0;
                counters.GlobalStoreSectors += load ? 0 : sectors;
                counters.GlobalBytesRead += load ? (long)lanes * access.Bytes : 0;
                counters.GlobalBytesWritten += load ? 0 : (long)lanes * access.Bytes;
                SectorCount.Mark(access);
                break;
            case PtxSpace.Shared:
                counters.SharedLoadRequests += load ? 1 : 0;
                counters.SharedStoreRequests += load ? 0 : 1;
                counters.SharedBankConflicts += SectorCount.Conflicts(access);
                break;
            case PtxSpace.Local:
                counters.LocalBytes += (long)lanes * access.Bytes;
                break;
        }
    }

    /// <summary>An access that partly faults counts as a request with the lanes it had.</summary>
    public void CountRequest(Op* op, uint mask, int bytes, FaultAccess kind)
    {
        int lanes = BitOperations.PopCount(mask);
        bool load = kind == FaultAccess.Load;
        counters.Atomics += kind == FaultAccess.Atomic ? lanes : 0;
        if (kind == FaultAccess.Atomic)
        {
            return;
        }
        if (op->Space is PtxSpace.Global or PtxSpace.Generic)
        {
            counters.GlobalLoadRequests += load ? 1 : 0;
            counters.GlobalStoreRequests += load ? 0 : 1;
            counters.GlobalBytesRead += load ? (long)lanes * bytes : 0;
            counters.GlobalBytesWritten += load ? 0 : (long)lanes * bytes;
        }
        else if (op->Space == PtxSpace.Shared)
        {
            counters.SharedLoadRequests += load ? 1 : 0;
            counters.SharedStoreRequests += load ? 0 : 1;
        }
    }
}

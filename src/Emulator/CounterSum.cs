namespace Robustness.Emulator;

/// <summary>Adds the counters of all runners.</summary>
internal static class CounterSum
{
    public static LaunchCounters Of(LaunchState state, BlockRunner[] runners)
    {
        var sum = new LaunchCounters();
        Op[] code = state.Kernel.Code;
        foreach (BlockRunner runner in runners)
        {
            Add(sum, runner.Counters);
            (long[] warps, long[] lanes) = runner.Executions();
            for (int i = 0; i < code.Length; i++)
            {
                if (state.Kernel.Instructions[i] is null)
                {
                    continue;
                }
                sum.Instructions += warps[i];
                sum.LaneInstructions += lanes[i];
                sum.ByClass[(int)code[i].Class] += lanes[i];
                sum.TensorOperations += code[i].Class == OpClass.Tensor ? warps[i] : 0;
                sum.Flops += lanes[i] * code[i].Flops;
            }
        }
        foreach (MemoryRegion region in state.Memory.Regions)
        {
            (long read, long written) = region.TakeSectors();
            sum.GlobalDistinctSectorsRead += read;
            sum.GlobalDistinctSectorsWritten += written;
        }
        return sum;
    }

    private static void Add(LaunchCounters sum, LaunchCounters part)
    {
        sum.GlobalLoadRequests += part.GlobalLoadRequests;
        sum.GlobalLoadSectors += part.GlobalLoadSectors;
        sum.GlobalStoreRequests += part.GlobalStoreRequests;
        sum.GlobalStoreSectors += part.GlobalStoreSectors;
        sum.GlobalBytesRead += part.GlobalBytesRead;
        sum.GlobalBytesWritten += part.GlobalBytesWritten;
        sum.SharedLoadRequests += part.SharedLoadRequests;
        sum.SharedStoreRequests += part.SharedStoreRequests;
        sum.SharedBankConflicts += part.SharedBankConflicts;
        sum.Atomics += part.Atomics;
        sum.Barriers += part.Barriers;
        sum.Branches += part.Branches;
        sum.DivergentBranches += part.DivergentBranches;
        sum.LocalBytes += part.LocalBytes;
    }

    public static Dictionary<string, SortedDictionary<int, long>> Coverage(
        LaunchState state,
        BlockRunner[] runners
    )
    {
        var coverage = new Dictionary<string, SortedDictionary<int, long>>();
        foreach (BlockRunner runner in runners)
        {
            long[] lanes = runner.Executions().Lanes;
            for (int i = 0; i < lanes.Length - 1; i++)
            {
                if (state.Kernel.Instructions[i]?.Location is { } location)
                {
                    Add(coverage, state.Files.GetValueOrDefault(location.File), location, lanes[i]);
                }
            }
        }
        return coverage;
    }

    /// <summary>Both sides of each guard, added up.</summary>
    public static GuardCount[] Guards(LaunchState state, BlockRunner[] runners)
    {
        var lanes = runners.Select(runner => runner.Executions().Lanes).ToArray();
        var guards = new List<GuardCount>();
        for (int i = 0; i < state.Kernel.Code.Length; i++)
        {
            if (state.Kernel.Instructions[i] is not { Guard: not null } instruction)
            {
                continue;
            }
            PtxLocation? place = instruction.Location;
            guards.Add(
                new GuardCount(
                    instruction.Line,
                    instruction.Text,
                    place is null ? null : state.Files.GetValueOrDefault(place.File),
                    place?.Line ?? 0,
                    lanes.Sum(counts => counts[i]),
                    runners.Sum(runner => runner.OffLanes[i])
                )
            );
        }
        return [.. guards];
    }

    private static void Add(
        Dictionary<string, SortedDictionary<int, long>> coverage,
        string? file,
        PtxLocation location,
        long lanes
    )
    {
        if (file is null)
        {
            return;
        }
        if (!coverage.TryGetValue(file, out SortedDictionary<int, long>? lines))
        {
            coverage[file] = lines = [];
        }
        lines[location.Line] = lines.GetValueOrDefault(location.Line) + lanes;
    }
}

namespace Robustness.Emulator;

/// <summary>Adds the counters of all runners.</summary>
internal static class CounterSum
{
    public static LaunchCounters Of(DecodedFunction function, BlockRunner[] runners)
    {
        var sum = new LaunchCounters();
        foreach (BlockRunner runner in runners)
        {
            Add(sum, runner.Counters);
            for (int i = 0; i < function.Code.Length - 1; i++)
            {
                long lanes = runner.ExecutedLanes[i];
                sum.Instructions += runner.ExecutedWarps[i];
                sum.LaneInstructions += lanes;
                sum.ByClass[(int)function.Code[i].Class] += lanes;
                sum.TensorOperations +=
                    function.Code[i].Class == OpClass.Tensor ? runner.ExecutedWarps[i] : 0;
                sum.Flops += lanes * function.Code[i].Flops;
            }
        }
        sum.GlobalDistinctSectorsRead = runners
            .SelectMany(item => item.SectorsRead)
            .Distinct()
            .Count();
        sum.GlobalDistinctSectorsWritten = runners
            .SelectMany(item => item.SectorsWritten)
            .Distinct()
            .Count();
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
        List<PtxInstruction> code = state.Function.Source.Code;
        for (int i = 0; i < code.Count; i++)
        {
            if (
                code[i].Location is not { } location
                || !state.Files.TryGetValue(location.File, out string? file)
            )
            {
                continue;
            }
            if (!coverage.TryGetValue(file, out SortedDictionary<int, long>? lines))
            {
                coverage[file] = lines = [];
            }
            lines.TryGetValue(location.Line, out long before);
            lines[location.Line] = before + runners.Sum(runner => runner.ExecutedLanes[i]);
        }
        return coverage;
    }
}

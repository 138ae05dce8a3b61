using System.Text.Json.Nodes;
using Robustness.Emulator;

namespace Robustness.Cli.Kernels;

/// <summary>The counters of a launch under their names in a report.</summary>
internal static class CaseCounters
{
    public static JsonObject Create(LaunchCounters counters)
    {
        var classes = new JsonObject();
        for (int i = 0; i < LaunchCounters.ClassNames.Count; i++)
        {
            classes[LaunchCounters.ClassNames[i]] = counters.ByClass[i];
        }
        return new JsonObject
        {
            ["instructions"] = counters.Instructions,
            ["lane_instructions"] = counters.LaneInstructions,
            ["by_class"] = classes,
            ["global_load_requests"] = counters.GlobalLoadRequests,
            ["global_load_sectors"] = counters.GlobalLoadSectors,
            ["global_store_requests"] = counters.GlobalStoreRequests,
            ["global_store_sectors"] = counters.GlobalStoreSectors,
            ["global_distinct_sectors_read"] = counters.GlobalDistinctSectorsRead,
            ["global_distinct_sectors_written"] = counters.GlobalDistinctSectorsWritten,
            ["global_bytes_read"] = counters.GlobalBytesRead,
            ["global_bytes_written"] = counters.GlobalBytesWritten,
            ["shared_load_requests"] = counters.SharedLoadRequests,
            ["shared_store_requests"] = counters.SharedStoreRequests,
            ["shared_bank_conflicts"] = counters.SharedBankConflicts,
            ["atomics"] = counters.Atomics,
            ["barriers"] = counters.Barriers,
            ["branches"] = counters.Branches,
            ["divergent_branches"] = counters.DivergentBranches,
            ["tensor_operations"] = counters.TensorOperations,
            ["flops"] = counters.Flops,
            ["local_bytes"] = counters.LocalBytes,
        };
    }
}

namespace Robustness.Emulator;

/// <summary>Special registers that the emulator knows.</summary>
internal static class PtxSpecials
{
    private static readonly HashSet<string> Names =
    [
        "%tid.x",
        "%tid.y",
        "%tid.z",
        "%ntid.x",
        "%ntid.y",
        "%ntid.z",
        "%ctaid.x",
        "%ctaid.y",
        "%ctaid.z",
        "%nctaid.x",
        "%nctaid.y",
        "%nctaid.z",
        "%laneid",
        "%warpid",
        "%nwarpid",
        "%smid",
        "%nsmid",
        "%gridid",
        "%lanemask_eq",
        "%lanemask_lt",
        "%lanemask_le",
        "%lanemask_gt",
        "%lanemask_ge",
        "%clock",
        "%clock_hi",
        "%clock64",
        "%globaltimer",
        "%globaltimer_lo",
        "%globaltimer_hi",
        "%dynamic_smem_size",
        "%total_smem_size",
        "%aggr_smem_size",
        "%current_graph_exec",
    ];

    public static bool IsKnown(string name) =>
        Names.Contains(name)
        || IsNumbered(name, "%envreg", 32)
        || IsNumbered(name, "%pm", 8)
        || (name.EndsWith("_64", StringComparison.Ordinal) && IsNumbered(name[..^3], "%pm", 8));

    /// <summary>Registers that a driver or profiler may fill and that stay 0 here.</summary>
    private static bool IsNumbered(string name, string prefix, int count) =>
        name.StartsWith(prefix, StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(prefix.Length), out int number)
        && number >= 0
        && number < count;

    /// <summary>
    /// Clocks change while a thread runs, so that they are read by the instruction.
    /// </summary>
    public static bool IsClock(string name) =>
        name.StartsWith("%clock", StringComparison.Ordinal)
        || name.StartsWith("%globaltimer", StringComparison.Ordinal);

    public static bool IsWide(string name) =>
        name is "%clock64" or "%globaltimer" or "%gridid" or "%current_graph_exec"
        || name.EndsWith("_64", StringComparison.Ordinal);
}

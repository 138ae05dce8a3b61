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
    ];

    public static bool IsKnown(string name) => Names.Contains(name) || IsEnvironment(name);

    /// <summary>%envreg0 to %envreg31, which a driver may fill and this one leaves at 0.</summary>
    private static bool IsEnvironment(string name) =>
        name.StartsWith("%envreg", StringComparison.Ordinal)
        && int.TryParse(name.AsSpan("%envreg".Length), out int number)
        && number is >= 0 and < 32;

    /// <summary>
    /// Clocks change while a thread runs, so that they are read by the instruction.
    /// </summary>
    public static bool IsClock(string name) =>
        name.StartsWith("%clock", StringComparison.Ordinal)
        || name.StartsWith("%globaltimer", StringComparison.Ordinal);

    public static bool IsWide(string name) => name is "%clock64" or "%globaltimer" or "%gridid";
}

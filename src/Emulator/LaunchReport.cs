using Robustness.Interop;

namespace Robustness.Emulator;

/// <summary>Kinds of faults.</summary>
public enum FaultKind
{
    OutOfBounds,
    UseAfterFree,
    Misaligned,
    Race,
    Barrier,
    Uninitialized,
    Runaway,
    Trap,
}

/// <summary>What a faulting instruction did to memory.</summary>
public enum FaultAccess
{
    None,
    Load,
    Store,
    Atomic,
}

/// <summary>
/// A place in a launch: thread, PTX line and, with line information, source line.
/// </summary>
public sealed record FaultSite(Dim3 Block, Dim3 Thread, int PtxLine, string? Source, int Line);

/// <summary>One fault of one thread.</summary>
public sealed record Fault(FaultKind Kind, FaultSite Site, string Message)
{
    public FaultAccess Access { get; init; }

    /// <summary>Resolved space; null for faults without an access.</summary>
    public PtxSpace? Space { get; init; }

    public int Bytes { get; init; }

    /// <summary>Nearest allocation, for global memory.</summary>
    public string? Buffer { get; init; }

    /// <summary>Bytes past the end (from 0) or before the start (negative).</summary>
    public long Distance { get; init; }

    /// <summary>Other side of a race.</summary>
    public FaultSite? Other { get; init; }
}

/// <summary>Counters of a launch; kernels count warps unless a name says lanes or bytes.</summary>
public sealed class LaunchCounters
{
    public long Instructions { get; set; }

    public long LaneInstructions { get; set; }

    /// <summary>
    /// Lane instructions by class, indexed as the names of <see cref="ClassNames"/>.
    /// </summary>
    public long[] ByClass { get; } = new long[10];

    public long GlobalLoadRequests { get; set; }

    public long GlobalLoadSectors { get; set; }

    public long GlobalStoreRequests { get; set; }

    public long GlobalStoreSectors { get; set; }

    public long GlobalDistinctSectorsRead { get; set; }

    public long GlobalDistinctSectorsWritten { get; set; }

    public long GlobalBytesRead { get; set; }

    public long GlobalBytesWritten { get; set; }

    public long SharedLoadRequests { get; set; }

    public long SharedStoreRequests { get; set; }

    public long SharedBankConflicts { get; set; }

    public long Atomics { get; set; }

    public long Barriers { get; set; }

    public long Branches { get; set; }

    public long DivergentBranches { get; set; }

    public long TensorOperations { get; set; }

    public long Flops { get; set; }

    public long LocalBytes { get; set; }

    public static IReadOnlyList<string> ClassNames { get; } =
    [.. Enum.GetNames<OpClass>().Select(name => name.ToLowerInvariant())];
}

/// <summary>How often the guard of an instruction was true and how often false, in lanes.</summary>
/// <param name="PtxLine">Where the instruction stands.</param>
/// <param name="Instruction">As written, without operands.</param>
/// <param name="Source">Source file, with line information.</param>
/// <param name="Line">Source line.</param>
public sealed record GuardCount(
    int PtxLine,
    string Instruction,
    string? Source,
    int Line,
    long True,
    long False
);

/// <summary>What a launch did.</summary>
public sealed record LaunchReport(string Kernel, Dim3 Grid, Dim3 Block, double Seconds)
{
    /// <summary>The first 100 faults by block, then the block's own instruction order.</summary>
    public required IReadOnlyList<Fault> Faults { get; init; }

    /// <summary>Faults beyond those listed.</summary>
    public long More { get; init; }

    public required LaunchCounters Counters { get; init; }

    /// <summary>Executed lane instructions by file and line.</summary>
    public required IReadOnlyDictionary<string, SortedDictionary<int, long>> Coverage { get; init; }

    /// <summary>Both sides of every guarded instruction, in the order of the code.</summary>
    public required IReadOnlyList<GuardCount> Guards { get; init; }

    /// <summary>What the kernel printed.</summary>
    public string Output { get; init; } = "";
}

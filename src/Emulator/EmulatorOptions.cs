namespace Robustness.Emulator;

/// <summary>The checks that a launch can run with.</summary>
[Flags]
public enum EmulatorChecks
{
    None = 0,
    Bounds = 1,
    Align = 2,
    Race = 4,
    Barrier = 8,
    Uninitialized = 16,
    Runaway = 32,
    All = 63,
}

/// <summary>How kernels run.</summary>
public sealed record EmulatorOptions
{
    public EmulatorChecks Checks { get; init; } = EmulatorChecks.All;

    /// <summary>Instructions after which a thread counts as running away.</summary>
    public long InstructionsPerThread { get; init; } = 1_000_000_000;

    /// <summary>Host threads that run blocks where order cannot be seen.</summary>
    public int HostThreads { get; init; } = 1;

    public bool CollectCounters { get; init; } = true;

    public bool CollectCoverage { get; init; } = true;
}

namespace Robustness.Interop;

/// <summary>Device attributes that the engine reads; the values are the API's own.</summary>
public enum CUDeviceAttribute
{
    MaxThreadsPerBlock = 1,
    MaxBlockDimX = 2,
    MaxBlockDimY = 3,
    MaxBlockDimZ = 4,
    MaxGridDimX = 5,
    MaxGridDimY = 6,
    MaxGridDimZ = 7,
    MaxSharedMemoryPerBlock = 8,
    WarpSize = 10,
    MaxRegistersPerBlock = 12,
    ClockRate = 13,
    MultiprocessorCount = 16,
    MemoryClockRate = 36,
    GlobalMemoryBusWidth = 37,
    L2CacheSize = 38,
    MaxThreadsPerMultiprocessor = 39,
    ComputeCapabilityMajor = 75,
    ComputeCapabilityMinor = 76,
    MaxSharedMemoryPerMultiprocessor = 81,
    MaxSharedMemoryPerBlockOptin = 97,
    MemoryPoolsSupported = 115,
}

/// <summary>Attributes of a kernel; the values are the API's own.</summary>
public enum CUFunctionAttribute
{
    MaxThreadsPerBlock = 0,
    SharedSizeBytes = 1,
    ConstSizeBytes = 2,
    LocalSizeBytes = 3,
    NumRegs = 4,
    PtxVersion = 5,
    BinaryVersion = 6,
    MaxDynamicSharedSizeBytes = 8,
    PreferredSharedMemoryCarveout = 9,
}

/// <summary>Flags of a stream.</summary>
[Flags]
public enum CUStreamFlags
{
    Default = 0,
    NonBlocking = 1,
}

/// <summary>Flags of an event.</summary>
[Flags]
public enum CUEventFlags
{
    Default = 0,
    BlockingSync = 1,
    DisableTiming = 2,
}

/// <summary>Which calls are refused while a stream captures.</summary>
public enum CUStreamCaptureMode
{
    Global = 0,
    ThreadLocal = 1,
    Relaxed = 2,
}

/// <summary>Three extents of a grid or block.</summary>
public readonly record struct Dim3(uint X, uint Y = 1, uint Z = 1)
{
    /// <summary>Number of points, exact.</summary>
    public ulong Count => (ulong)X * Y * Z;

    public override string ToString() => $"[{X},{Y},{Z}]";
}

/// <summary>Device memory in bytes.</summary>
public readonly record struct MemoryInfo(ulong Free, ulong Total);

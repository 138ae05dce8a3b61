using System.Runtime.InteropServices;

namespace Robustness.Interop;

/// <summary>Result codes of NVML; the values are its own.</summary>
public enum NvmlReturn
{
    Success = 0,
    Uninitialized = 1,
    InvalidArgument = 2,
    NotSupported = 3,
    NoPermission = 4,
    NotFound = 6,
    InsufficientSize = 7,
    DriverNotLoaded = 9,
    LibraryNotFound = 12,
    FunctionNotFound = 13,
    GpuIsLost = 15,
    LibRmVersionMismatch = 18,
    Unknown = 999,
}

/// <summary>Clock domains; the values are NVML's own.</summary>
public enum NvmlClockType
{
    Graphics = 0,
    Sm = 1,
    Memory = 2,
}

/// <summary>Memory of a device in bytes, laid out as <c>nvmlMemory_t</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
public record struct NvmlMemory
{
    public ulong Total;
    public ulong Free;
    public ulong Used;
}

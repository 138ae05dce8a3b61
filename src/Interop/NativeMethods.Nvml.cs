using System.Runtime.InteropServices;

namespace Robustness.Interop;

/// <summary>The management library.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(NativeLibraries.Nvml)]
    internal static partial NvmlReturn nvmlInit_v2();

    [LibraryImport(NativeLibraries.Nvml)]
    internal static partial NvmlReturn nvmlShutdown();

    [LibraryImport(NativeLibraries.Nvml)]
    internal static partial NvmlReturn nvmlSystemGetDriverVersion(byte* version, uint bytes);

    [LibraryImport(NativeLibraries.Nvml)]
    internal static partial NvmlReturn nvmlDeviceGetCount_v2(uint* count);

    [LibraryImport(NativeLibraries.Nvml)]
    internal static partial NvmlReturn nvmlDeviceGetHandleByIndex_v2(uint index, nint* device);

    [LibraryImport(NativeLibraries.Nvml)]
    internal static partial NvmlReturn nvmlDeviceGetName(nint device, byte* name, uint bytes);

    [LibraryImport(NativeLibraries.Nvml)]
    internal static partial NvmlReturn nvmlDeviceGetClockInfo(
        nint device,
        NvmlClockType type,
        uint* megahertz
    );

    [LibraryImport(NativeLibraries.Nvml)]
    internal static partial NvmlReturn nvmlDeviceGetPowerUsage(nint device, uint* milliwatts);

    [LibraryImport(NativeLibraries.Nvml)]
    internal static partial NvmlReturn nvmlDeviceGetMemoryInfo(nint device, NvmlMemory* memory);
}

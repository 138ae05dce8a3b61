using System.Runtime.InteropServices;

namespace Robustness.Interop;

/// <summary>The driver API; names with a version suffix are those of today's signatures.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuInit(uint flags);

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuDriverGetVersion(int* version);

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuDeviceGetCount(int* count);

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuDeviceGet(CUdevice* device, int ordinal);

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuDeviceGetName(byte* name, int bytes, CUdevice device);

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuDeviceTotalMem_v2(nuint* bytes, CUdevice device);

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuDeviceGetAttribute(
        int* value,
        CUDeviceAttribute attribute,
        CUdevice device
    );

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuDevicePrimaryCtxRetain(CUcontext* context, CUdevice device);

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuDevicePrimaryCtxRelease_v2(CUdevice device);

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuCtxSetCurrent(CUcontext context);

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuCtxSynchronize();

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuModuleLoadDataEx(
        CUmodule* module,
        void* image,
        uint optionCount,
        CUJitOption* options,
        void** optionValues
    );

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuModuleUnload(CUmodule module);

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuModuleGetFunction(
        CUfunction* function,
        CUmodule module,
        byte* name
    );

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuModuleGetGlobal_v2(
        CUdeviceptr* address,
        nuint* bytes,
        CUmodule module,
        byte* name
    );

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuFuncGetAttribute(
        int* value,
        CUFunctionAttribute attribute,
        CUfunction function
    );

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuFuncSetAttribute(
        CUfunction function,
        CUFunctionAttribute attribute,
        int value
    );

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuOccupancyMaxActiveBlocksPerMultiprocessor(
        int* blocks,
        CUfunction function,
        int blockThreads,
        nuint sharedBytes
    );

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuLaunchKernel(
        CUfunction function,
        uint gridX,
        uint gridY,
        uint gridZ,
        uint blockX,
        uint blockY,
        uint blockZ,
        uint sharedBytes,
        CUstream stream,
        void** arguments,
        void** extra
    );
}

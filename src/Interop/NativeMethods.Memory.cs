using System.Runtime.InteropServices;

namespace Robustness.Interop;

/// <summary>Memory of the driver API.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuMemAlloc_v2(CUdeviceptr* address, nuint bytes);

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuMemFree_v2(CUdeviceptr address);

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuMemAllocAsync(
        CUdeviceptr* address,
        nuint bytes,
        CUstream stream
    );

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuMemFreeAsync(CUdeviceptr address, CUstream stream);

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuMemHostAlloc(void** address, nuint bytes, uint flags);

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuMemFreeHost(void* address);

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuMemGetInfo_v2(nuint* free, nuint* total);

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuMemcpyHtoD_v2(CUdeviceptr target, void* source, nuint bytes);

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuMemcpyDtoH_v2(void* target, CUdeviceptr source, nuint bytes);

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuMemcpyDtoD_v2(
        CUdeviceptr target,
        CUdeviceptr source,
        nuint bytes
    );

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuMemcpyHtoDAsync_v2(
        CUdeviceptr target,
        void* source,
        nuint bytes,
        CUstream stream
    );

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuMemcpyDtoHAsync_v2(
        void* target,
        CUdeviceptr source,
        nuint bytes,
        CUstream stream
    );

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuMemcpyDtoDAsync_v2(
        CUdeviceptr target,
        CUdeviceptr source,
        nuint bytes,
        CUstream stream
    );

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuMemsetD8_v2(CUdeviceptr target, byte value, nuint count);

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuMemsetD32_v2(CUdeviceptr target, uint value, nuint count);

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuMemsetD8Async(
        CUdeviceptr target,
        byte value,
        nuint count,
        CUstream stream
    );
}

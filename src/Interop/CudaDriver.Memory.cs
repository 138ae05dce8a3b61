namespace Robustness.Interop;

/// <summary>Memory calls.</summary>
public sealed unsafe partial class CudaDriver
{
    // The API refuses to allocate nothing.
    /// <inheritdoc/>
    public CUdeviceptr Alloc(ulong bytes)
    {
        CUdeviceptr address = default;
        CudaCall.Check(
            NativeMethods.cuMemAlloc_v2(&address, (nuint)Math.Max(1, bytes)),
            "cuMemAlloc",
            $"{bytes} bytes"
        );
        return address;
    }

    /// <inheritdoc/>
    public void Free(CUdeviceptr address) =>
        CudaCall.Check(NativeMethods.cuMemFree_v2(address), "cuMemFree");

    /// <inheritdoc/>
    public CUdeviceptr AllocAsync(ulong bytes, CUstream stream)
    {
        CUdeviceptr address = default;
        CudaCall.Check(
            NativeMethods.cuMemAllocAsync(&address, (nuint)Math.Max(1, bytes), stream),
            "cuMemAllocAsync",
            $"{bytes} bytes"
        );
        return address;
    }

    /// <inheritdoc/>
    public void FreeAsync(CUdeviceptr address, CUstream stream) =>
        CudaCall.Check(NativeMethods.cuMemFreeAsync(address, stream), "cuMemFreeAsync");

    /// <inheritdoc/>
    public nint AllocHost(ulong bytes)
    {
        void* address = null;
        CudaCall.Check(
            NativeMethods.cuMemHostAlloc(&address, (nuint)Math.Max(1, bytes), 0),
            "cuMemHostAlloc",
            $"{bytes} bytes"
        );
        return (nint)address;
    }

    /// <inheritdoc/>
    public void FreeHost(nint address) =>
        CudaCall.Check(NativeMethods.cuMemFreeHost((void*)address), "cuMemFreeHost");

    /// <inheritdoc/>
    public MemoryInfo GetMemoryInfo()
    {
        nuint free = 0;
        nuint total = 0;
        CudaCall.Check(NativeMethods.cuMemGetInfo_v2(&free, &total), "cuMemGetInfo");
        return new MemoryInfo(free, total);
    }

    /// <inheritdoc/>
    public void CopyHostToDevice(CUdeviceptr target, void* source, ulong bytes) =>
        CudaCall.Check(NativeMethods.cuMemcpyHtoD_v2(target, source, (nuint)bytes), "cuMemcpyHtoD");

    /// <inheritdoc/>
    public void CopyDeviceToHost(void* target, CUdeviceptr source, ulong bytes) =>
        CudaCall.Check(NativeMethods.cuMemcpyDtoH_v2(target, source, (nuint)bytes), "cuMemcpyDtoH");

    /// <inheritdoc/>
    public void CopyDeviceToDevice(CUdeviceptr target, CUdeviceptr source, ulong bytes) =>
        CudaCall.Check(NativeMethods.cuMemcpyDtoD_v2(target, source, (nuint)bytes), "cuMemcpyDtoD");

    /// <inheritdoc/>
    public void CopyHostToDeviceAsync(
        CUdeviceptr target,
        void* source,
        ulong bytes,
        CUstream stream
    ) =>
        CudaCall.Check(
            NativeMethods.cuMemcpyHtoDAsync_v2(target, source, (nuint)bytes, stream),
            "cuMemcpyHtoDAsync"
        );

    /// <inheritdoc/>
    public void CopyDeviceToHostAsync(
        void* target,
        CUdeviceptr source,
        ulong bytes,
        CUstream stream
    ) =>
        CudaCall.Check(
            NativeMethods.cuMemcpyDtoHAsync_v2(target, source, (nuint)bytes, stream),
            "cuMemcpyDtoHAsync"
        );

    /// <inheritdoc/>
    public void CopyDeviceToDeviceAsync(
        CUdeviceptr target,
        CUdeviceptr source,
        ulong bytes,
        CUstream stream
    ) =>
        CudaCall.Check(
            NativeMethods.cuMemcpyDtoDAsync_v2(target, source, (nuint)bytes, stream),
            "cuMemcpyDtoDAsync"
        );

    /// <inheritdoc/>
    public void FillBytes(CUdeviceptr target, byte value, ulong count) =>
        CudaCall.Check(NativeMethods.cuMemsetD8_v2(target, value, (nuint)count), "cuMemsetD8");

    /// <inheritdoc/>
    public void FillWords(CUdeviceptr target, uint value, ulong count) =>
        CudaCall.Check(NativeMethods.cuMemsetD32_v2(target, value, (nuint)count), "cuMemsetD32");

    /// <inheritdoc/>
    public void FillBytesAsync(CUdeviceptr target, byte value, ulong count, CUstream stream) =>
        CudaCall.Check(
            NativeMethods.cuMemsetD8Async(target, value, (nuint)count, stream),
            "cuMemsetD8Async"
        );
}

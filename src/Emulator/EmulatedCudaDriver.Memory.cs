using System.Runtime.InteropServices;
using Robustness.Interop;

namespace Robustness.Emulator;

/// <summary>Memory calls.</summary>
public sealed unsafe partial class EmulatedCudaDriver
{
    public CUdeviceptr Alloc(ulong bytes)
    {
        if (bytes > Capacity - memory.Used)
        {
            throw Fail(
                CUResult.OutOfMemory,
                "cuMemAlloc",
                $"{Capacity - memory.Used} bytes are free, not {bytes}"
            );
        }
        return new CUdeviceptr(memory.Allocate(bytes, null).Start);
    }

    public void Free(CUdeviceptr address)
    {
        if (address.Pointer != 0 && !memory.Free(address.Pointer))
        {
            throw Fail(CUResult.InvalidValue, "cuMemFree", "not the start of a live allocation");
        }
    }

    public CUdeviceptr AllocAsync(ulong bytes, CUstream stream) => Alloc(bytes);

    public void FreeAsync(CUdeviceptr address, CUstream stream) =>
        Submit(stream, () => Free(address));

    public nint AllocHost(ulong bytes)
    {
        nint address = (nint)NativeMemory.AllocZeroed((nuint)Math.Max(1, bytes));
        pinned.Add(address);
        return address;
    }

    public void FreeHost(nint address)
    {
        if (!pinned.Remove(address))
        {
            throw Fail(
                CUResult.InvalidValue,
                "cuMemFreeHost",
                "not page-locked memory of this driver"
            );
        }
        NativeMemory.Free((void*)address);
    }

    public MemoryInfo GetMemoryInfo() => new(Capacity - memory.Used, Capacity);

    public void CopyHostToDevice(CUdeviceptr target, void* source, ulong bytes)
    {
        (MemoryRegion region, ulong offset) = Range(target, bytes, "cuMemcpyHtoD");
        Buffer.MemoryCopy(source, region.Host + offset, bytes, bytes);
        region.SetValid(offset, bytes);
    }

    public void CopyDeviceToHost(void* target, CUdeviceptr source, ulong bytes)
    {
        (MemoryRegion region, ulong offset) = Range(source, bytes, "cuMemcpyDtoH");
        Buffer.MemoryCopy(region.Host + offset, target, bytes, bytes);
    }

    public void CopyDeviceToDevice(CUdeviceptr target, CUdeviceptr source, ulong bytes)
    {
        (MemoryRegion from, ulong read) = Range(source, bytes, "cuMemcpyDtoD");
        (MemoryRegion to, ulong written) = Range(target, bytes, "cuMemcpyDtoD");
        Buffer.MemoryCopy(from.Host + read, to.Host + written, bytes, bytes);
        Buffer.MemoryCopy(from.Valid + read, to.Valid + written, bytes, bytes);
    }

    public void CopyHostToDeviceAsync(
        CUdeviceptr target,
        void* source,
        ulong bytes,
        CUstream stream
    )
    {
        nint from = (nint)source;
        Submit(stream, () => CopyHostToDevice(target, (void*)from, bytes));
    }

    public void CopyDeviceToHostAsync(
        void* target,
        CUdeviceptr source,
        ulong bytes,
        CUstream stream
    )
    {
        nint to = (nint)target;
        Submit(stream, () => CopyDeviceToHost((void*)to, source, bytes));
    }

    public void CopyDeviceToDeviceAsync(
        CUdeviceptr target,
        CUdeviceptr source,
        ulong bytes,
        CUstream stream
    ) => Submit(stream, () => CopyDeviceToDevice(target, source, bytes));

    public void FillBytes(CUdeviceptr target, byte value, ulong count)
    {
        (MemoryRegion region, ulong offset) = Range(target, count, "cuMemsetD8");
        NativeMemory.Fill(region.Host + offset, (nuint)count, value);
        region.SetValid(offset, count);
    }

    public void FillWords(CUdeviceptr target, uint value, ulong count)
    {
        (MemoryRegion region, ulong offset) = Range(target, checked(4 * count), "cuMemsetD32");
        new Span<uint>(region.Host + offset, checked((int)count)).Fill(value);
        region.SetValid(offset, 4 * count);
    }

    public void FillBytesAsync(CUdeviceptr target, byte value, ulong count, CUstream stream) =>
        Submit(stream, () => FillBytes(target, value, count));

    private (MemoryRegion Region, ulong Offset) Range(CUdeviceptr address, ulong bytes, string call)
    {
        MemoryRegion region =
            memory.Find(address.Pointer, bytes)
            ?? throw Fail(
                CUResult.InvalidValue,
                call,
                $"{bytes} bytes do not lie in one allocation"
            );
        return (region, address.Pointer - region.Start);
    }
}

using System.Globalization;

namespace Robustness.Interop;

/// <summary>
/// Page-locked host memory: copies from and to it run beside the host. It must stay until the
/// copies that were queued have ended.
/// </summary>
/// <typeparam name="T">Element type.</typeparam>
public sealed unsafe class CudaPageLockedHostMemory<T> : IDisposable
    where T : unmanaged
{
    private readonly CudaHostMemoryHandle _handle;

    /// <param name="context">Whose device copies from it.</param>
    /// <param name="size">Elements.</param>
    /// <exception cref="CudaException">There is not enough memory.</exception>
    public CudaPageLockedHostMemory(CudaContext context, ulong size)
    {
        ArgumentNullException.ThrowIfNull(context);
        SizeInBytes = CudaDeviceVariable<T>.Bytes(size);
        Size = size;
        _handle = new CudaHostMemoryHandle(context.Handle, SizeInBytes);
    }

    /// <summary>Number of elements.</summary>
    public ulong Size { get; }

    public ulong SizeInBytes { get; }

    /// <summary>Elements from an offset on, for as long as this object lives.</summary>
    /// <param name="offset">First element.</param>
    /// <param name="count">How many.</param>
    public Span<T> AsSpan(ulong offset, int count)
    {
        using var open = new OpenHandle(_handle, this);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        CheckCount(offset, (ulong)count);
        return new Span<T>((T*)open.Value + offset, count);
    }

    /// <summary>Queues a copy of the first elements to a device address.</summary>
    public void AsyncCopyToDevice(CUdeviceptr target, ulong count, CudaStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var open = new OpenHandle(_handle, this);
        using var queue = new OpenHandle(stream.Handle, stream);
        CheckCount(0, count);
        if (count > 0)
        {
            _handle
                .Context.MakeCurrent()
                .CopyHostToDeviceAsync(
                    target,
                    (void*)open.Value,
                    count * (ulong)sizeof(T),
                    new CUstream(queue.Value)
                );
        }
    }

    /// <summary>Queues a copy from a device address to the first elements.</summary>
    public void AsyncCopyFromDevice(CUdeviceptr source, ulong count, CudaStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var open = new OpenHandle(_handle, this);
        using var queue = new OpenHandle(stream.Handle, stream);
        CheckCount(0, count);
        if (count > 0)
        {
            _handle
                .Context.MakeCurrent()
                .CopyDeviceToHostAsync(
                    (void*)open.Value,
                    source,
                    count * (ulong)sizeof(T),
                    new CUstream(queue.Value)
                );
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private void CheckCount(ulong offset, ulong count)
    {
        if (offset > Size || count > Size - offset)
        {
            throw new ArgumentOutOfRangeException(
                nameof(count),
                count,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{count} elements from {offset} on do not lie in {Size} elements."
                )
            );
        }
    }
}

using System.Globalization;

namespace Robustness.Interop;

/// <summary>
/// Elements in device memory. Copies from and to spans are in order with streams of the default
/// kind, not with <see cref="CUStreamFlags.NonBlocking"/> ones.
/// </summary>
/// <typeparam name="T">Element type.</typeparam>
public sealed unsafe class CudaDeviceVariable<T> : IDisposable
    where T : unmanaged
{
    private readonly CudaObjectHandle _handle;

    /// <summary>Memory of its own, uninitialised.</summary>
    /// <param name="context">Where it lies.</param>
    /// <param name="size">Elements; 0 gives an address at which nothing may be accessed.</param>
    /// <exception cref="CudaException">There is not enough memory.</exception>
    public CudaDeviceVariable(CudaContext context, ulong size)
    {
        ArgumentNullException.ThrowIfNull(context);
        SizeInBytes = Bytes(size);
        Size = size;
        _handle = new CudaMemoryHandle(context.Handle, SizeInBytes);
    }

    /// <summary>Memory that is there, and free again, in the order of a stream's work.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="size">Elements.</param>
    /// <exception cref="CudaException">
    /// There is not enough memory, or the device has no memory pools.
    /// </exception>
    public CudaDeviceVariable(CudaStream stream, ulong size)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var open = new OpenHandle(stream.Handle, stream);
        SizeInBytes = Bytes(size);
        Size = size;
        _handle = new CudaStreamMemoryHandle(stream.Handle, SizeInBytes);
    }

    private CudaDeviceVariable(CudaVariableHandle handle, ulong byteCount)
    {
        (_handle, SizeInBytes) = (handle, byteCount);
        Size = byteCount / (ulong)sizeof(T);
    }

    /// <summary>Number of elements.</summary>
    public ulong Size { get; }

    public ulong SizeInBytes { get; }

    /// <summary>Address of the first element.</summary>
    public CUdeviceptr DevicePointer
    {
        get
        {
            using var open = new OpenHandle(_handle, this);
            return new CUdeviceptr((ulong)open.Value);
        }
    }

    /// <summary>Writes elements from host memory.</summary>
    /// <param name="source">What is written.</param>
    /// <param name="offset">First element written.</param>
    public void CopyToDevice(ReadOnlySpan<T> source, ulong offset = 0)
    {
        using var open = new OpenHandle(_handle, this);
        CUdeviceptr target = At(open, offset, (ulong)source.Length);
        fixed (T* first = source)
        {
            if (source.Length > 0)
            {
                ulong bytes = (ulong)source.Length * (ulong)sizeof(T);
                _handle.Context.MakeCurrent().CopyHostToDevice(target, first, bytes);
            }
        }
    }

    /// <summary>Reads elements into host memory.</summary>
    /// <param name="target">What is filled.</param>
    /// <param name="offset">First element read.</param>
    public void CopyToHost(Span<T> target, ulong offset = 0)
    {
        using var open = new OpenHandle(_handle, this);
        CUdeviceptr source = At(open, offset, (ulong)target.Length);
        fixed (T* first = target)
        {
            if (target.Length > 0)
            {
                ulong bytes = (ulong)target.Length * (ulong)sizeof(T);
                _handle.Context.MakeCurrent().CopyDeviceToHost(first, source, bytes);
            }
        }
    }

    /// <summary>Queues a copy of all of <paramref name="source"/> to the front.</summary>
    public void AsyncCopyToDevice(CudaPageLockedHostMemory<T> source, CudaStream stream)
    {
        ArgumentNullException.ThrowIfNull(source);
        using var open = new OpenHandle(_handle, this);
        source.AsyncCopyToDevice(At(open, 0, source.Size), source.Size, stream);
    }

    /// <summary>Queues a copy of the front that fills <paramref name="target"/>.</summary>
    public void AsyncCopyToHost(CudaPageLockedHostMemory<T> target, CudaStream stream)
    {
        ArgumentNullException.ThrowIfNull(target);
        using var open = new OpenHandle(_handle, this);
        target.AsyncCopyFromDevice(At(open, 0, target.Size), target.Size, stream);
    }

    /// <summary>Queues a copy of all of <paramref name="source"/> to the front.</summary>
    public void AsyncCopyToDevice(CudaDeviceVariable<T> source, CudaStream stream)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(stream);
        using var open = new OpenHandle(_handle, this);
        stream.Copy(At(open, 0, source.Size), source.DevicePointer, source.SizeInBytes);
    }

    /// <summary>Queues that every byte becomes <paramref name="value"/>.</summary>
    public void AsyncMemset(byte value, CudaStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var open = new OpenHandle(_handle, this);
        stream.Memset(At(open, 0, Size), value, SizeInBytes);
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    internal static CudaDeviceVariable<T> OfModule(
        CudaVariableHandle handle,
        string name,
        ulong byteCount
    )
    {
        if (byteCount % (ulong)sizeof(T) == 0)
        {
            return new CudaDeviceVariable<T>(handle, byteCount);
        }
        handle.Dispose();
        throw new ArgumentException(
            string.Create(
                CultureInfo.InvariantCulture,
                $"The variable {name} has {byteCount} bytes, no multiple of the {sizeof(T)} of "
            ) + $"{typeof(T).Name}."
        );
    }

    internal static ulong Bytes(ulong size) =>
        size <= long.MaxValue / (ulong)sizeof(T)
            ? size * (ulong)sizeof(T)
            : throw new ArgumentOutOfRangeException(
                nameof(size),
                size,
                $"At most {long.MaxValue / sizeof(T)} elements of {typeof(T).Name} are possible."
            );

    private CUdeviceptr At(in OpenHandle open, ulong offset, ulong count) =>
        offset <= Size && count <= Size - offset
            ? new CUdeviceptr((ulong)open.Value) + (offset * (ulong)sizeof(T))
            : throw new ArgumentOutOfRangeException(
                nameof(offset),
                offset,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{count} elements from {offset} on do not lie in {Size} elements."
                )
            );
}

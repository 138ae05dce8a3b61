using System.Runtime.InteropServices;
using Robustness.Compute;
using Robustness.Interop;

namespace Robustness.Backends.Cuda;

/// <summary>
/// The engine on a GPU, or on whatever else answers to the driver's calls. All work goes in one
/// stream. Row-wise operations ask for tensors without gaps between their rows; products take
/// any row stride. Ids are not checked on the way to a kernel.
/// </summary>
public sealed partial class CudaBackend : ILayerOperations
{
    private readonly CudaContext _context;
    private readonly CudaStream _stream;
    private readonly KernelModule _kernels;
    private readonly PinnedStaging _staging;
    private readonly Dictionary<nint, CudaDeviceVariable<byte>> _memory = [];
    private readonly string _origin;
    private CudaDeviceVariable<float>? _scratch;
    private bool _isDisposed;

    /// <summary>A backend on device 0 of a driver, which stays the caller's.</summary>
    /// <param name="driver">The installed driver or the emulator.</param>
    /// <param name="load">Gives the kernels for a compute capability, such as 80.</param>
    public CudaBackend(ICudaDriver driver, Func<int, KernelPtx> load)
    {
        ArgumentNullException.ThrowIfNull(load);
        try
        {
            _context = new CudaContext(driver);
            var ptx = load(_context.Device.ComputeCapability);
            _origin = ptx.Origin;
            _kernels = new KernelModule(_context, ptx);
            _stream = new CudaStream(_context, CUStreamFlags.NonBlocking);
            _staging = new PinnedStaging(_context, _stream);
        }
        catch
        {
            Release();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Description =>
        $"{_context.DriverName}, {_context.Device.Name}, kernels from {_origin}";

    /// <inheritdoc/>
    public nint Allocate(long byteCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(byteCount);
        var memory = new CudaDeviceVariable<byte>(_context, (ulong)byteCount);
        nint address = (nint)memory.DevicePointer.Pointer;
        _memory.Add(address, memory);
        return address;
    }

    /// <inheritdoc/>
    public void Free(nint address)
    {
        if (!_memory.Remove(address, out CudaDeviceVariable<byte>? memory))
        {
            throw new ArgumentException(
                $"Address {address:x} is not the start of memory of this backend."
            );
        }
        _stream.Synchronize();
        memory.Dispose();
    }

    /// <inheritdoc/>
    public void Upload<T>(Tensor destination, ReadOnlySpan<T> source)
        where T : unmanaged
    {
        CheckTransfer<T>(destination, source.Length);
        _staging.Upload(AddressOf(destination), MemoryMarshal.AsBytes(source));
    }

    /// <inheritdoc/>
    public void Download<T>(Span<T> destination, Tensor source)
        where T : unmanaged
    {
        CheckTransfer<T>(source, destination.Length);
        _staging.Download(MemoryMarshal.AsBytes(destination), AddressOf(source));
    }

    /// <inheritdoc/>
    public void Copy(Tensor destination, Tensor source)
    {
        destination.Shape.MustBe(source.Shape);
        bool whole = destination.IsContiguous && source.IsContiguous;
        int rows = whole ? 1 : source.Shape.Rows;
        ulong bytes = (ulong)(source.ByteCount / Math.Max(1, rows));
        for (int n = 0; n < rows && bytes > 0; n++)
        {
            _stream.Copy(RowAddress(destination, n), RowAddress(source, n), bytes);
        }
    }

    /// <inheritdoc/>
    public void Clear(Tensor x)
    {
        int rows = x.IsContiguous ? 1 : x.Shape.Rows;
        ulong bytes = (ulong)(x.ByteCount / Math.Max(1, rows));
        for (int n = 0; n < rows && bytes > 0; n++)
        {
            _stream.Memset(RowAddress(x, n), 0, bytes);
        }
    }

    /// <summary>Waits for the work, then gives everything back.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }
        _isDisposed = true;
        try
        {
            _stream.Synchronize();
        }
        catch (CudaException)
        {
            // Whoever downloads results is told of a fault; here only memory is at stake.
        }
        Release();
    }

    // Also half-made, from the constructor.
    private void Release()
    {
        foreach (CudaDeviceVariable<byte> memory in _memory.Values)
        {
            memory.Dispose();
        }
        _memory.Clear();
        _scratch?.Dispose();
        _staging?.Dispose();
        _stream?.Dispose();
        _kernels?.Dispose();
        _context?.Dispose();
    }

    private static CUdeviceptr AddressOf(Tensor x) => new((ulong)x.Address);

    private static CUdeviceptr RowAddress(Tensor x, int n) =>
        AddressOf(x) + ((ulong)n * (ulong)x.RowStride * (ulong)x.Type.ByteSize());

    /// <summary>Device memory for the time of one operation, of at least that many f32.</summary>
    private CUdeviceptr Scratch(long count)
    {
        ulong size = (ulong)Math.Max(1, count);
        if (_scratch is null || _scratch.Size < size)
        {
            _stream.Synchronize();
            _scratch?.Dispose();
            _scratch = null;
            _scratch = new CudaDeviceVariable<float>(_context, size);
        }
        return _scratch.DevicePointer;
    }

    private static unsafe void CheckTransfer<T>(Tensor tensor, int length)
        where T : unmanaged
    {
        if (!tensor.IsContiguous || tensor.Count != length || tensor.Type.ByteSize() != sizeof(T))
        {
            throw new ArgumentException(
                $"{length} elements of {sizeof(T)} bytes do not fit a {tensor.Type} tensor "
                    + $"of shape {tensor.Shape}, row stride {tensor.RowStride}."
            );
        }
    }
}

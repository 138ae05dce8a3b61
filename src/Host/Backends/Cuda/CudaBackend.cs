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
    private readonly ICudaDriver _driver;
    private readonly CUdevice _device;
    private readonly CUstream _stream;
    private readonly KernelModule _kernels;
    private readonly PinnedStaging _staging;
    private readonly string _origin;
    private CUdeviceptr _scratch;
    private long _scratchByteCount;

    /// <summary>A backend on device 0 of a driver, which stays the caller's.</summary>
    /// <param name="driver">The installed driver or the emulator.</param>
    /// <param name="load">Gives the kernels for a compute capability, such as 80.</param>
    public CudaBackend(ICudaDriver driver, Func<int, KernelPtx> load)
    {
        ArgumentNullException.ThrowIfNull(driver);
        ArgumentNullException.ThrowIfNull(load);
        _driver = driver;
        driver.Init();
        _device = driver.GetDevice(0);
        driver.SetCurrent(driver.RetainPrimaryContext(_device));
        int major = driver.DeviceAttribute(_device, CUDeviceAttribute.ComputeCapabilityMajor);
        int minor = driver.DeviceAttribute(_device, CUDeviceAttribute.ComputeCapabilityMinor);
        var ptx = load((10 * major) + minor);
        _origin = ptx.Origin;
        _kernels = new KernelModule(driver, ptx);
        _stream = driver.CreateStream(CUStreamFlags.NonBlocking);
        _staging = new PinnedStaging(driver, _stream);
    }

    /// <inheritdoc/>
    public string Description =>
        $"{_driver.Name}, {_driver.DeviceName(_device)}, kernels from {_origin}";

    /// <inheritdoc/>
    public nint Allocate(long byteCount) => (nint)_driver.Alloc((ulong)byteCount).Pointer;

    /// <inheritdoc/>
    public void Free(nint address)
    {
        _driver.SynchronizeStream(_stream);
        _driver.Free(new CUdeviceptr((ulong)address));
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
            _driver.CopyDeviceToDeviceAsync(
                RowAddress(destination, n),
                RowAddress(source, n),
                bytes,
                _stream
            );
        }
    }

    /// <inheritdoc/>
    public void Clear(Tensor x)
    {
        int rows = x.IsContiguous ? 1 : x.Shape.Rows;
        ulong bytes = (ulong)(x.ByteCount / Math.Max(1, rows));
        for (int n = 0; n < rows && bytes > 0; n++)
        {
            _driver.FillBytesAsync(RowAddress(x, n), 0, bytes, _stream);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _staging.Dispose();
        if (_scratchByteCount > 0)
        {
            _driver.Free(_scratch);
        }
        _driver.DestroyStream(_stream);
        _kernels.Dispose();
        _driver.ReleasePrimaryContext(_device);
    }

    private static CUdeviceptr AddressOf(Tensor x) => new((ulong)x.Address);

    private static CUdeviceptr RowAddress(Tensor x, int n) =>
        AddressOf(x) + ((ulong)n * (ulong)x.RowStride * (ulong)x.Type.ByteSize());

    /// <summary>Device memory for the time of one operation, of at least that many f32.</summary>
    private CUdeviceptr Scratch(long count)
    {
        long bytes = sizeof(float) * Math.Max(1, count);
        if (bytes > _scratchByteCount)
        {
            _driver.SynchronizeStream(_stream);
            if (_scratchByteCount > 0)
            {
                _driver.Free(_scratch);
            }
            _scratchByteCount = 0;
            _scratch = _driver.Alloc((ulong)bytes);
            _scratchByteCount = bytes;
        }
        return _scratch;
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

namespace Robustness.Interop;

/// <summary>
/// The primary context of a device. Everything made in it keeps it alive: disposing it lets go,
/// and the driver gets it back when the last of those objects is disposed. Calls through those
/// objects may come from any thread.
/// </summary>
public sealed class CudaContext : IDisposable
{
    private readonly CudaContextHandle _handle;

    /// <param name="driver">The installed driver or the emulator; it stays the caller's.</param>
    /// <param name="ordinal">The device's number.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such device.</exception>
    /// <exception cref="CudaException">The context does not start.</exception>
    public CudaContext(ICudaDriver driver, int ordinal = 0)
    {
        Device = new CudaDevice(driver, ordinal);
        DriverName = driver.Name;
        _handle = new CudaContextHandle(driver, Device.Handle);
    }

    public CudaDevice Device { get; }

    /// <summary>"cuda" or "emulator".</summary>
    public string DriverName { get; }

    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    internal CudaContextHandle Handle
    {
        get
        {
            ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
            return _handle;
        }
    }

    /// <summary>Free and total device memory.</summary>
    public MemoryInfo GetMemoryInfo()
    {
        using var open = new OpenHandle(_handle, this);
        return _handle.MakeCurrent().GetMemoryInfo();
    }

    /// <summary>Waits for all work of the context.</summary>
    public void Synchronize()
    {
        using var open = new OpenHandle(_handle, this);
        _handle.MakeCurrent().Synchronize();
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}

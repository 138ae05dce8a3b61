using System.Runtime.InteropServices;

namespace Robustness.Interop;

/// <summary>
/// A primary context: retained once, released once, after everything that lives in it.
/// </summary>
internal sealed class CudaContextHandle : SafeHandle
{
    private readonly CUdevice _device;

    public CudaContextHandle(ICudaDriver driver, CUdevice device)
        : base(0, ownsHandle: true)
    {
        (Driver, _device) = (driver, device);
        SetHandle(driver.RetainPrimaryContext(device).Pointer);
    }

    public ICudaDriver Driver { get; }

    public override bool IsInvalid => handle == 0;

    /// <summary>
    /// The driver with this context current on the calling thread. A thread that never had it
    /// (another worker, the finaliser's) may call, and two contexts may take turns.
    /// </summary>
    public ICudaDriver MakeCurrent()
    {
        Driver.SetCurrent(new CUcontext(handle));
        return Driver;
    }

    protected override bool ReleaseHandle()
    {
        try
        {
            Driver.ReleasePrimaryContext(_device);
            return true;
        }
        catch (CudaException)
        {
            return false;
        }
    }

    /// <summary>Where the finaliser may not call, the driver itself frees what is left.</summary>
    protected override void Dispose(bool disposing)
    {
        if (!disposing && !Driver.IsThreadSafe)
        {
            SetHandleAsInvalid();
        }
        base.Dispose(disposing);
    }
}

using System.Runtime.InteropServices;

namespace Robustness.Interop;

/// <summary>
/// Something that the driver made in a context and takes back exactly once. It holds its parent
/// (the context, or the stream or module that it needs), so that the order of release is right in
/// whatever order the owners let go.
/// </summary>
internal abstract class CudaObjectHandle : SafeHandle
{
    private readonly SafeHandle _parent;

    /// <param name="context">Where it lives.</param>
    /// <param name="parent">What must outlive it; null stands for the context.</param>
    /// <param name="create">Makes it; when that fails nothing stays held.</param>
    protected CudaObjectHandle(
        CudaContextHandle context,
        SafeHandle? parent,
        Func<ICudaDriver, nint> create
    )
        : base(0, ownsHandle: true)
    {
        (Context, _parent) = (context, parent ?? context);
        bool isHeld = false;
        _parent.DangerousAddRef(ref isHeld);
        try
        {
            SetHandle(create(context.MakeCurrent()));
        }
        catch
        {
            _parent.DangerousRelease();
            throw;
        }
    }

    public CudaContextHandle Context { get; }

    public sealed override bool IsInvalid => handle == 0;

    /// <summary>Gives it back to the driver.</summary>
    protected abstract void Free(ICudaDriver driver);

    protected sealed override bool ReleaseHandle()
    {
        try
        {
            Free(Context.MakeCurrent());
            return true;
        }
        catch (CudaException)
        {
            return false; // after a fault of a kernel the driver refuses everything
        }
        finally
        {
            _parent.DangerousRelease();
        }
    }

    /// <summary>Where the finaliser may not call, the driver itself frees what is left.</summary>
    protected sealed override void Dispose(bool disposing)
    {
        if (!disposing && !Context.Driver.IsThreadSafe)
        {
            SetHandleAsInvalid();
        }
        base.Dispose(disposing);
    }
}

/// <summary>Keeps a handle open for the time of a call.</summary>
internal readonly ref struct OpenHandle
{
    private readonly SafeHandle _handle;

    /// <exception cref="ObjectDisposedException">The user was disposed.</exception>
    public OpenHandle(SafeHandle handle, object user)
    {
        ObjectDisposedException.ThrowIf(handle.IsClosed, user);
        bool isHeld = false;
        handle.DangerousAddRef(ref isHeld);
        _handle = handle;
    }

    public nint Value => _handle.DangerousGetHandle();

    public void Dispose() => _handle.DangerousRelease();
}

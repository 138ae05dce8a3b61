using System.Text;

namespace Robustness.Interop;

/// <summary>Code loaded into a context: kernels and variables.</summary>
public sealed class CudaModule : IDisposable
{
    private readonly CudaModuleHandle _handle;

    /// <param name="context">Where it is loaded.</param>
    /// <param name="image">PTX text in UTF-8, or a cubin.</param>
    /// <exception cref="CudaException">The driver does not take it; the log says why.</exception>
    public CudaModule(CudaContext context, byte[] image)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(image);
        string log = "";
        _handle = new CudaModuleHandle(context.Handle, driver => driver.LoadModule(image, out log));
        JitLog = log;
    }

    /// <param name="context">Where it is loaded.</param>
    /// <param name="ptx">PTX text.</param>
    /// <exception cref="CudaException">The driver does not take it; the log says why.</exception>
    public CudaModule(CudaContext context, string ptx)
        : this(context, Encoding.UTF8.GetBytes(ptx)) { }

    /// <summary>What the assembler said; often empty.</summary>
    public string JitLog { get; }

    internal CudaModuleHandle Handle
    {
        get
        {
            ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
            return _handle;
        }
    }

    /// <exception cref="CudaException">The module has no kernel of that name.</exception>
    public CudaKernel GetKernel(string name) => new(this, name);

    /// <summary>
    /// A <c>__device__</c> or <c>__constant__</c> variable; its memory stays the module's.
    /// </summary>
    /// <exception cref="CudaException">The module has no variable of that name.</exception>
    /// <exception cref="ArgumentException">Its size is no multiple of T's.</exception>
    public CudaDeviceVariable<T> GetVariable<T>(string name)
        where T : unmanaged
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ulong byteCount = 0;
        var handle = new CudaVariableHandle(
            Handle,
            driver =>
                driver.GetGlobal(new CUmodule(Handle.DangerousGetHandle()), name, out byteCount)
        );
        return CudaDeviceVariable<T>.OfModule(handle, name, byteCount);
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}

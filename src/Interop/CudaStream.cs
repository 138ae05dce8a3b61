namespace Robustness.Interop;

/// <summary>A queue of work on a device: what is put in runs in order.</summary>
public sealed class CudaStream : IDisposable
{
    /// <param name="context">Where the work runs.</param>
    /// <param name="flags">Whether it waits for work of the default stream.</param>
    public CudaStream(CudaContext context, CUStreamFlags flags = CUStreamFlags.Default)
    {
        ArgumentNullException.ThrowIfNull(context);
        Handle = new CudaStreamHandle(context.Handle, flags);
    }

    internal CudaStreamHandle Handle { get; }

    /// <summary>Waits until all its work has ended; faults of kernels come to light here.</summary>
    public void Synchronize()
    {
        using var open = new OpenHandle(Handle, this);
        Handle.Context.MakeCurrent().SynchronizeStream(Handle.Stream);
    }

    /// <summary>Whether all its work has ended.</summary>
    public bool Query()
    {
        using var open = new OpenHandle(Handle, this);
        return Handle.Context.MakeCurrent().QueryStream(Handle.Stream);
    }

    /// <summary>
    /// What is queued from now on waits for the event, which may be another stream's.
    /// </summary>
    public void WaitEvent(CudaEvent mark)
    {
        ArgumentNullException.ThrowIfNull(mark);
        using var open = new OpenHandle(Handle, this);
        using var openMark = new OpenHandle(mark.Handle, mark);
        Handle.Context.MakeCurrent().WaitEvent(Handle.Stream, new CUevent(openMark.Value));
    }

    /// <summary>Queues a copy within device memory.</summary>
    public void Copy(CUdeviceptr target, CUdeviceptr source, ulong byteCount)
    {
        using var open = new OpenHandle(Handle, this);
        if (byteCount > 0)
        {
            Handle
                .Context.MakeCurrent()
                .CopyDeviceToDeviceAsync(target, source, byteCount, Handle.Stream);
        }
    }

    /// <summary>Queues that bytes of device memory become <paramref name="value"/>.</summary>
    public void Memset(CUdeviceptr target, byte value, ulong byteCount)
    {
        using var open = new OpenHandle(Handle, this);
        if (byteCount > 0)
        {
            Handle.Context.MakeCurrent().FillBytesAsync(target, value, byteCount, Handle.Stream);
        }
    }

    /// <summary>From here on work is recorded instead of run.</summary>
    /// <param name="mode">Which calls of other threads are refused meanwhile.</param>
    public void BeginCapture(CUStreamCaptureMode mode = CUStreamCaptureMode.ThreadLocal)
    {
        using var open = new OpenHandle(Handle, this);
        Handle.Context.MakeCurrent().BeginCapture(Handle.Stream, mode);
    }

    /// <summary>What was recorded since <see cref="BeginCapture"/>.</summary>
    /// <exception cref="CudaException">
    /// The stream does not capture, or something forbidden was called meanwhile.
    /// </exception>
    public CudaGraph EndCapture()
    {
        using var open = new OpenHandle(Handle, this);
        return new CudaGraph(
            new CudaGraphHandle(Handle.Context, driver => driver.EndCapture(Handle.Stream))
        );
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();
}

namespace Robustness.Interop;

/// <summary>A mark in a stream that can be waited for and timed.</summary>
public sealed class CudaEvent : IDisposable
{
    /// <param name="context">Where its streams are.</param>
    /// <param name="flags">Whether it can be timed, and how it waits.</param>
    public CudaEvent(CudaContext context, CUEventFlags flags = CUEventFlags.Default)
    {
        ArgumentNullException.ThrowIfNull(context);
        Handle = new CudaEventHandle(context.Handle, flags);
    }

    internal CudaEventHandle Handle { get; }

    /// <summary>Moves the mark behind all work of the stream so far.</summary>
    public void Record(CudaStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var open = new OpenHandle(Handle, this);
        using var queue = new OpenHandle(stream.Handle, stream);
        Handle
            .Context.MakeCurrent()
            .RecordEvent(new CUevent(open.Value), new CUstream(queue.Value));
    }

    /// <summary>Waits until the work before the mark has ended.</summary>
    public void Synchronize()
    {
        using var open = new OpenHandle(Handle, this);
        Handle.Context.MakeCurrent().SynchronizeEvent(new CUevent(open.Value));
    }

    /// <summary>Milliseconds between two marks that were reached.</summary>
    public static float ElapsedTime(CudaEvent start, CudaEvent end)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(end);
        using var first = new OpenHandle(start.Handle, start);
        using var second = new OpenHandle(end.Handle, end);
        return start
            .Handle.Context.MakeCurrent()
            .ElapsedMilliseconds(new CUevent(first.Value), new CUevent(second.Value));
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();
}

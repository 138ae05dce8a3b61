namespace Robustness.Interop;

/// <summary>
/// Work that a stream captured. What it uses must stay until its last run has ended.
/// </summary>
public sealed class CudaGraph : IDisposable
{
    private readonly CudaGraphHandle _handle;

    internal CudaGraph(CudaGraphHandle handle) => _handle = handle;

    /// <summary>Makes it ready to be started; the graph itself may then be disposed.</summary>
    public CudaGraphExec Instantiate()
    {
        using var open = new OpenHandle(_handle, this);
        return new CudaGraphExec(new CudaGraphExecHandle(_handle.Context, new CUgraph(open.Value)));
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}

/// <summary>Captured work that starts with one call.</summary>
public sealed class CudaGraphExec : IDisposable
{
    private readonly CudaGraphExecHandle _handle;

    internal CudaGraphExec(CudaGraphExecHandle handle) => _handle = handle;

    /// <summary>Queues all of it.</summary>
    public void Launch(CudaStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var open = new OpenHandle(_handle, this);
        using var queue = new OpenHandle(stream.Handle, stream);
        _handle
            .Context.MakeCurrent()
            .LaunchGraph(new CUgraphExec(open.Value), new CUstream(queue.Value));
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}

namespace Robustness.Interop;

/// <summary>Streams, events and graphs.</summary>
public sealed unsafe partial class CudaDriver
{
    /// <inheritdoc/>
    public CUstream CreateStream(CUStreamFlags flags)
    {
        CUstream stream = default;
        CudaCall.Check(NativeMethods.cuStreamCreate(&stream, flags), "cuStreamCreate");
        return stream;
    }

    /// <inheritdoc/>
    public void DestroyStream(CUstream stream) =>
        CudaCall.Check(NativeMethods.cuStreamDestroy_v2(stream), "cuStreamDestroy");

    /// <inheritdoc/>
    public void SynchronizeStream(CUstream stream) =>
        CudaCall.Check(NativeMethods.cuStreamSynchronize(stream), "cuStreamSynchronize");

    /// <inheritdoc/>
    public bool QueryStream(CUstream stream)
    {
        CUResult result = NativeMethods.cuStreamQuery(stream);
        if (result != CUResult.NotReady)
        {
            CudaCall.Check(result, "cuStreamQuery");
        }
        return result == CUResult.Success;
    }

    /// <inheritdoc/>
    public void WaitEvent(CUstream stream, CUevent mark) =>
        CudaCall.Check(NativeMethods.cuStreamWaitEvent(stream, mark, 0), "cuStreamWaitEvent");

    /// <inheritdoc/>
    public CUevent CreateEvent(CUEventFlags flags)
    {
        CUevent mark = default;
        CudaCall.Check(NativeMethods.cuEventCreate(&mark, flags), "cuEventCreate");
        return mark;
    }

    /// <inheritdoc/>
    public void DestroyEvent(CUevent mark) =>
        CudaCall.Check(NativeMethods.cuEventDestroy_v2(mark), "cuEventDestroy");

    /// <inheritdoc/>
    public void RecordEvent(CUevent mark, CUstream stream) =>
        CudaCall.Check(NativeMethods.cuEventRecord(mark, stream), "cuEventRecord");

    /// <inheritdoc/>
    public void SynchronizeEvent(CUevent mark) =>
        CudaCall.Check(NativeMethods.cuEventSynchronize(mark), "cuEventSynchronize");

    /// <inheritdoc/>
    public float ElapsedMilliseconds(CUevent start, CUevent end)
    {
        float milliseconds = 0;
        CudaCall.Check(
            NativeMethods.cuEventElapsedTime(&milliseconds, start, end),
            "cuEventElapsedTime"
        );
        return milliseconds;
    }

    /// <inheritdoc/>
    public void BeginCapture(CUstream stream, CUStreamCaptureMode mode) =>
        CudaCall.Check(NativeMethods.cuStreamBeginCapture_v2(stream, mode), "cuStreamBeginCapture");

    /// <inheritdoc/>
    public CUgraph EndCapture(CUstream stream)
    {
        CUgraph graph = default;
        CudaCall.Check(NativeMethods.cuStreamEndCapture(stream, &graph), "cuStreamEndCapture");
        return graph;
    }

    /// <inheritdoc/>
    public CUgraphExec Instantiate(CUgraph graph)
    {
        CUgraphExec instance = default;
        CudaCall.Check(
            NativeMethods.cuGraphInstantiateWithFlags(&instance, graph, 0),
            "cuGraphInstantiateWithFlags"
        );
        return instance;
    }

    /// <inheritdoc/>
    public void LaunchGraph(CUgraphExec graph, CUstream stream) =>
        CudaCall.Check(NativeMethods.cuGraphLaunch(graph, stream), "cuGraphLaunch");

    /// <inheritdoc/>
    public void DestroyGraph(CUgraph graph) =>
        CudaCall.Check(NativeMethods.cuGraphDestroy(graph), "cuGraphDestroy");

    /// <inheritdoc/>
    public void DestroyGraphExec(CUgraphExec graph) =>
        CudaCall.Check(NativeMethods.cuGraphExecDestroy(graph), "cuGraphExecDestroy");

    /// <inheritdoc/>
    public void Synchronize() =>
        CudaCall.Check(NativeMethods.cuCtxSynchronize(), "cuCtxSynchronize");
}

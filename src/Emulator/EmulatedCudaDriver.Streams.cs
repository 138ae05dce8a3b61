using System.Diagnostics;
using Robustness.Interop;

namespace Robustness.Emulator;

/// <summary>Streams, events and graphs; a graph is the list of calls that were captured.</summary>
public sealed partial class EmulatedCudaDriver
{
    private readonly HashSet<nint> streams = [0];
    private readonly Dictionary<nint, long> events = [];
    private readonly Dictionary<nint, List<Action>> captures = [];
    private readonly Dictionary<nint, List<Action>> graphs = [];

    public CUstream CreateStream(CUStreamFlags flags)
    {
        streams.Add(nextHandle);
        return new CUstream(nextHandle++);
    }

    public void DestroyStream(CUstream stream)
    {
        Known(stream, "cuStreamDestroy");
        streams.Remove(stream.Pointer);
    }

    public void SynchronizeStream(CUstream stream) => Known(stream, "cuStreamSynchronize");

    public bool QueryStream(CUstream stream)
    {
        Known(stream, "cuStreamQuery");
        return true;
    }

    public void WaitEvent(CUstream stream, CUevent mark)
    {
        Known(stream, "cuStreamWaitEvent");
        _ = Time(mark, "cuStreamWaitEvent");
    }

    public CUevent CreateEvent(CUEventFlags flags)
    {
        events.Add(nextHandle, Stopwatch.GetTimestamp());
        return new CUevent(nextHandle++);
    }

    public void DestroyEvent(CUevent mark)
    {
        _ = Time(mark, "cuEventDestroy");
        events.Remove(mark.Pointer);
    }

    public void RecordEvent(CUevent mark, CUstream stream)
    {
        _ = Time(mark, "cuEventRecord");
        Submit(stream, () => events[mark.Pointer] = Stopwatch.GetTimestamp());
    }

    public void SynchronizeEvent(CUevent mark) => _ = Time(mark, "cuEventSynchronize");

    public float ElapsedMilliseconds(CUevent start, CUevent end)
    {
        const string Call = "cuEventElapsedTime";
        TimeSpan elapsed = Stopwatch.GetElapsedTime(Time(start, Call), Time(end, Call));
        return (float)elapsed.TotalMilliseconds;
    }

    public void BeginCapture(CUstream stream, CUStreamCaptureMode mode)
    {
        Known(stream, "cuStreamBeginCapture");
        if (stream.Pointer == 0 || !captures.TryAdd(stream.Pointer, []))
        {
            throw Fail(
                CUResult.StreamCaptureUnsupported,
                "cuStreamBeginCapture",
                "the stream cannot capture"
            );
        }
    }

    public CUgraph EndCapture(CUstream stream)
    {
        if (!captures.Remove(stream.Pointer, out List<Action>? work))
        {
            throw Fail(CUResult.IllegalState, "cuStreamEndCapture", "the stream does not capture");
        }
        graphs.Add(nextHandle, work);
        return new CUgraph(nextHandle++);
    }

    public CUgraphExec Instantiate(CUgraph graph)
    {
        List<Action> work = Graph(graph.Pointer, "cuGraphInstantiate");
        graphs.Add(nextHandle, [.. work]);
        return new CUgraphExec(nextHandle++);
    }

    public void LaunchGraph(CUgraphExec graph, CUstream stream)
    {
        List<Action> work = Graph(graph.Pointer, "cuGraphLaunch");
        Submit(stream, () => work.ForEach(step => step()));
    }

    public void DestroyGraph(CUgraph graph)
    {
        _ = Graph(graph.Pointer, "cuGraphDestroy");
        graphs.Remove(graph.Pointer);
    }

    public void DestroyGraphExec(CUgraphExec graph)
    {
        _ = Graph(graph.Pointer, "cuGraphExecDestroy");
        graphs.Remove(graph.Pointer);
    }

    public void Synchronize() { }

    private void Submit(CUstream stream, Action work)
    {
        Known(stream, "a call with a stream");
        if (captures.TryGetValue(stream.Pointer, out List<Action>? captured))
        {
            captured.Add(work);
            return;
        }
        work();
    }

    private void Known(CUstream stream, string call)
    {
        if (!streams.Contains(stream.Pointer))
        {
            throw Fail(CUResult.InvalidHandle, call, "no such stream");
        }
    }

    private long Time(CUevent mark, string call) =>
        events.TryGetValue(mark.Pointer, out long time)
            ? time
            : throw Fail(CUResult.InvalidHandle, call, "no such event");

    private List<Action> Graph(nint handle, string call) =>
        graphs.TryGetValue(handle, out List<Action>? work)
            ? work
            : throw Fail(CUResult.InvalidHandle, call, "no such graph");
}

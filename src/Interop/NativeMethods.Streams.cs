using System.Runtime.InteropServices;

namespace Robustness.Interop;

/// <summary>Streams, events and graphs of the driver API.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuStreamCreate(CUstream* stream, CUStreamFlags flags);

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuStreamDestroy_v2(CUstream stream);

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuStreamSynchronize(CUstream stream);

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuStreamQuery(CUstream stream);

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuStreamWaitEvent(CUstream stream, CUevent mark, uint flags);

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuStreamBeginCapture_v2(
        CUstream stream,
        CUStreamCaptureMode mode
    );

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuStreamEndCapture(CUstream stream, CUgraph* graph);

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuGraphInstantiateWithFlags(
        CUgraphExec* instance,
        CUgraph graph,
        ulong flags
    );

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuGraphLaunch(CUgraphExec instance, CUstream stream);

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuGraphDestroy(CUgraph graph);

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuGraphExecDestroy(CUgraphExec instance);

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuEventCreate(CUevent* mark, CUEventFlags flags);

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuEventDestroy_v2(CUevent mark);

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuEventRecord(CUevent mark, CUstream stream);

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuEventSynchronize(CUevent mark);

    [LibraryImport(NativeLibraries.Driver)]
    internal static partial CUResult cuEventElapsedTime(
        float* milliseconds,
        CUevent start,
        CUevent end
    );
}

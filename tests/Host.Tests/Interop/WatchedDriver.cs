using Robustness.Emulator;
using Robustness.Interop;

namespace Robustness.Tests.Interop;

/// <summary>
/// The emulator behind the strictness of a real driver: calls need a current context on their
/// thread. It writes down the calls that make and release, and fails those that a test names.
/// </summary>
internal sealed unsafe class WatchedDriver : ICudaDriver
{
    private readonly ThreadLocal<nint> _current = new();

    /// <summary>What computes.</summary>
    public EmulatedCudaDriver Emulator { get; } = new();

    /// <summary>All calls since the start, by the API's names.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>Name of a call that fails with <see cref="Failure"/>, or null.</summary>
    public string? Failing { get; set; }

    public CUResult Failure { get; set; } = CUResult.OutOfMemory;

    public string Name => "watched";

    public int DriverVersion => Emulator.DriverVersion;

    public bool IsThreadSafe { get; init; }

    public void Init() => On("cuInit").Init();

    public int DeviceCount() => On("cuDeviceGetCount").DeviceCount();

    public CUdevice GetDevice(int ordinal) => On("cuDeviceGet").GetDevice(ordinal);

    public string DeviceName(CUdevice device) => On("cuDeviceGetName").DeviceName(device);

    public ulong TotalMemory(CUdevice device) => On("cuDeviceTotalMem").TotalMemory(device);

    public int DeviceAttribute(CUdevice device, CUDeviceAttribute attribute) =>
        On("cuDeviceGetAttribute").DeviceAttribute(device, attribute);

    public CUcontext RetainPrimaryContext(CUdevice device) =>
        On("cuDevicePrimaryCtxRetain").RetainPrimaryContext(device);

    public void SetCurrent(CUcontext context) => _current.Value = context.Pointer;

    public void ReleasePrimaryContext(CUdevice device) =>
        On("cuDevicePrimaryCtxRelease").ReleasePrimaryContext(device);

    public CUmodule LoadModule(ReadOnlySpan<byte> image, out string log) =>
        InContext("cuModuleLoadDataEx").LoadModule(image, out log);

    public void UnloadModule(CUmodule module) => InContext("cuModuleUnload").UnloadModule(module);

    public CUfunction GetFunction(CUmodule module, string name) =>
        InContext("cuModuleGetFunction").GetFunction(module, name);

    public CUdeviceptr GetGlobal(CUmodule module, string name, out ulong bytes) =>
        InContext("cuModuleGetGlobal").GetGlobal(module, name, out bytes);

    public int FunctionAttribute(CUfunction function, CUFunctionAttribute attribute) =>
        InContext("cuFuncGetAttribute").FunctionAttribute(function, attribute);

    public void SetFunctionAttribute(CUfunction function, CUFunctionAttribute a, int value) =>
        InContext("cuFuncSetAttribute").SetFunctionAttribute(function, a, value);

    public int MaxActiveBlocks(CUfunction function, int blockThreads, ulong sharedBytes) =>
        InContext("cuOccupancyMaxActiveBlocksPerMultiprocessor")
            .MaxActiveBlocks(function, blockThreads, sharedBytes);

    public void Launch(
        CUfunction function,
        Dim3 grid,
        Dim3 block,
        uint sharedBytes,
        CUstream stream,
        void** arguments
    ) => InContext("cuLaunchKernel").Launch(function, grid, block, sharedBytes, stream, arguments);

    public CUdeviceptr Alloc(ulong bytes) => InContext("cuMemAlloc").Alloc(bytes);

    public void Free(CUdeviceptr address) => InContext("cuMemFree").Free(address);

    public CUdeviceptr AllocAsync(ulong bytes, CUstream stream) =>
        InContext("cuMemAllocAsync").AllocAsync(bytes, stream);

    public void FreeAsync(CUdeviceptr address, CUstream stream) =>
        InContext("cuMemFreeAsync").FreeAsync(address, stream);

    public nint AllocHost(ulong bytes) => InContext("cuMemHostAlloc").AllocHost(bytes);

    public void FreeHost(nint address) => InContext("cuMemFreeHost").FreeHost(address);

    public MemoryInfo GetMemoryInfo() => InContext("cuMemGetInfo").GetMemoryInfo();

    public void CopyHostToDevice(CUdeviceptr target, void* source, ulong bytes) =>
        InContext("cuMemcpyHtoD").CopyHostToDevice(target, source, bytes);

    public void CopyDeviceToHost(void* target, CUdeviceptr source, ulong bytes) =>
        InContext("cuMemcpyDtoH").CopyDeviceToHost(target, source, bytes);

    public void CopyDeviceToDevice(CUdeviceptr target, CUdeviceptr source, ulong bytes) =>
        InContext("cuMemcpyDtoD").CopyDeviceToDevice(target, source, bytes);

    public void CopyHostToDeviceAsync(CUdeviceptr target, void* source, ulong n, CUstream s) =>
        InContext("cuMemcpyHtoDAsync").CopyHostToDeviceAsync(target, source, n, s);

    public void CopyDeviceToHostAsync(void* target, CUdeviceptr source, ulong n, CUstream s) =>
        InContext("cuMemcpyDtoHAsync").CopyDeviceToHostAsync(target, source, n, s);

    public void CopyDeviceToDeviceAsync(CUdeviceptr to, CUdeviceptr from, ulong n, CUstream s) =>
        InContext("cuMemcpyDtoDAsync").CopyDeviceToDeviceAsync(to, from, n, s);

    public void FillBytes(CUdeviceptr target, byte value, ulong count) =>
        InContext("cuMemsetD8").FillBytes(target, value, count);

    public void FillWords(CUdeviceptr target, uint value, ulong count) =>
        InContext("cuMemsetD32").FillWords(target, value, count);

    public void FillBytesAsync(CUdeviceptr target, byte value, ulong count, CUstream stream) =>
        InContext("cuMemsetD8Async").FillBytesAsync(target, value, count, stream);

    public CUstream CreateStream(CUStreamFlags flags) =>
        InContext("cuStreamCreate").CreateStream(flags);

    public void DestroyStream(CUstream stream) =>
        InContext("cuStreamDestroy").DestroyStream(stream);

    public void SynchronizeStream(CUstream stream) =>
        InContext("cuStreamSynchronize").SynchronizeStream(stream);

    public bool QueryStream(CUstream stream) => InContext("cuStreamQuery").QueryStream(stream);

    public void WaitEvent(CUstream stream, CUevent mark) =>
        InContext("cuStreamWaitEvent").WaitEvent(stream, mark);

    public CUevent CreateEvent(CUEventFlags flags) => InContext("cuEventCreate").CreateEvent(flags);

    public void DestroyEvent(CUevent mark) => InContext("cuEventDestroy").DestroyEvent(mark);

    public void RecordEvent(CUevent mark, CUstream stream) =>
        InContext("cuEventRecord").RecordEvent(mark, stream);

    public void SynchronizeEvent(CUevent mark) =>
        InContext("cuEventSynchronize").SynchronizeEvent(mark);

    public float ElapsedMilliseconds(CUevent start, CUevent end) =>
        InContext("cuEventElapsedTime").ElapsedMilliseconds(start, end);

    public void BeginCapture(CUstream stream, CUStreamCaptureMode mode) =>
        InContext("cuStreamBeginCapture").BeginCapture(stream, mode);

    public CUgraph EndCapture(CUstream stream) =>
        InContext("cuStreamEndCapture").EndCapture(stream);

    public CUgraphExec Instantiate(CUgraph graph) =>
        InContext("cuGraphInstantiateWithFlags").Instantiate(graph);

    public void LaunchGraph(CUgraphExec graph, CUstream stream) =>
        InContext("cuGraphLaunch").LaunchGraph(graph, stream);

    public void DestroyGraph(CUgraph graph) => InContext("cuGraphDestroy").DestroyGraph(graph);

    public void DestroyGraphExec(CUgraphExec graph) =>
        InContext("cuGraphExecDestroy").DestroyGraphExec(graph);

    public void Synchronize() => InContext("cuCtxSynchronize").Synchronize();

    public void Dispose()
    {
        Emulator.Dispose();
        _current.Dispose();
    }

    private EmulatedCudaDriver InContext(string call) =>
        _current.Value != 0
            ? On(call)
            : throw new CudaException(CUResult.InvalidContext, call, "no context is current");

    private EmulatedCudaDriver On(string call)
    {
        Calls.Add(call);
        return call == Failing ? throw new CudaException(Failure, call) : Emulator;
    }
}

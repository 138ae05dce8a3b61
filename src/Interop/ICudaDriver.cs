namespace Robustness.Interop;

/// <summary>
/// The seam between the engine and whatever runs kernels: the installed driver or the emulator.
/// Each method is one call of the driver API and throws <see cref="CudaException"/> when that
/// call fails. <see cref="CudaContext"/> and the classes around it are how it is used.
/// </summary>
public unsafe interface ICudaDriver : IDisposable
{
    /// <summary>Name of the implementation: "cuda" or "emulator".</summary>
    string Name { get; }

    /// <summary>Version of the API, 1000 times major plus 10 times minor.</summary>
    int DriverVersion { get; }

    void Init();

    int DeviceCount();

    CUdevice GetDevice(int ordinal);

    string DeviceName(CUdevice device);

    ulong TotalMemory(CUdevice device);

    int DeviceAttribute(CUdevice device, CUDeviceAttribute attribute);

    /// <summary>Whether calls may come from several threads at a time.</summary>
    bool IsThreadSafe { get; }

    CUcontext RetainPrimaryContext(CUdevice device);

    void SetCurrent(CUcontext context);

    void ReleasePrimaryContext(CUdevice device);

    /// <summary>Loads PTX text or a cubin; <paramref name="log"/> is the assembler's log.</summary>
    CUmodule LoadModule(ReadOnlySpan<byte> image, out string log);

    void UnloadModule(CUmodule module);

    CUfunction GetFunction(CUmodule module, string name);

    /// <summary>A <c>__device__</c> or <c>__constant__</c> variable: address and size.</summary>
    CUdeviceptr GetGlobal(CUmodule module, string name, out ulong bytes);

    int FunctionAttribute(CUfunction function, CUFunctionAttribute attribute);

    void SetFunctionAttribute(CUfunction function, CUFunctionAttribute attribute, int value);

    /// <summary>Blocks of this kernel that one multiprocessor holds.</summary>
    int MaxActiveBlocks(CUfunction function, int blockThreads, ulong sharedBytes);

    /// <summary>Starts a kernel.</summary>
    /// <param name="sharedBytes">Dynamic shared memory per block.</param>
    /// <param name="arguments">One pointer per parameter to its value, copied at the call.</param>
    void Launch(
        CUfunction function,
        Dim3 grid,
        Dim3 block,
        uint sharedBytes,
        CUstream stream,
        void** arguments
    );

    /// <summary>Device memory; 0 bytes have an address of their own, too.</summary>
    CUdeviceptr Alloc(ulong bytes);

    void Free(CUdeviceptr address);

    CUdeviceptr AllocAsync(ulong bytes, CUstream stream);

    void FreeAsync(CUdeviceptr address, CUstream stream);

    /// <summary>Page-locked host memory.</summary>
    nint AllocHost(ulong bytes);

    void FreeHost(nint address);

    MemoryInfo GetMemoryInfo();

    void CopyHostToDevice(CUdeviceptr target, void* source, ulong bytes);

    void CopyDeviceToHost(void* target, CUdeviceptr source, ulong bytes);

    void CopyDeviceToDevice(CUdeviceptr target, CUdeviceptr source, ulong bytes);

    void CopyHostToDeviceAsync(CUdeviceptr target, void* source, ulong bytes, CUstream stream);

    void CopyDeviceToHostAsync(void* target, CUdeviceptr source, ulong bytes, CUstream stream);

    void CopyDeviceToDeviceAsync(
        CUdeviceptr target,
        CUdeviceptr source,
        ulong bytes,
        CUstream stream
    );

    void FillBytes(CUdeviceptr target, byte value, ulong count);

    void FillWords(CUdeviceptr target, uint value, ulong count);

    void FillBytesAsync(CUdeviceptr target, byte value, ulong count, CUstream stream);

    CUstream CreateStream(CUStreamFlags flags);

    void DestroyStream(CUstream stream);

    void SynchronizeStream(CUstream stream);

    /// <summary>Whether all work of the stream has ended.</summary>
    bool QueryStream(CUstream stream);

    void WaitEvent(CUstream stream, CUevent mark);

    CUevent CreateEvent(CUEventFlags flags);

    void DestroyEvent(CUevent mark);

    void RecordEvent(CUevent mark, CUstream stream);

    void SynchronizeEvent(CUevent mark);

    /// <summary>Milliseconds between two recorded events.</summary>
    float ElapsedMilliseconds(CUevent start, CUevent end);

    void BeginCapture(CUstream stream, CUStreamCaptureMode mode);

    CUgraph EndCapture(CUstream stream);

    CUgraphExec Instantiate(CUgraph graph);

    void LaunchGraph(CUgraphExec graph, CUstream stream);

    void DestroyGraph(CUgraph graph);

    void DestroyGraphExec(CUgraphExec graph);

    /// <summary>Waits for all work of the current context.</summary>
    void Synchronize();
}

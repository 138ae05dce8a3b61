using System.Runtime.InteropServices;

namespace Robustness.Interop;

/// <summary>Loaded code.</summary>
internal sealed class CudaModuleHandle(CudaContextHandle context, Func<ICudaDriver, CUmodule> load)
    : CudaObjectHandle(context, null, driver => load(driver).Pointer)
{
    protected override void Free(ICudaDriver driver) => driver.UnloadModule(new CUmodule(handle));
}

/// <summary>Device memory, freed when the device is done with it.</summary>
internal sealed class CudaMemoryHandle(CudaContextHandle context, ulong byteCount)
    : CudaObjectHandle(context, null, driver => (nint)driver.Alloc(byteCount).Pointer)
{
    protected override void Free(ICudaDriver driver) => driver.Free(new CUdeviceptr((ulong)handle));
}

/// <summary>Device memory in the order of a stream, which outlives it.</summary>
internal sealed class CudaStreamMemoryHandle(CudaStreamHandle stream, ulong byteCount)
    : CudaObjectHandle(
        stream.Context,
        stream,
        driver => (nint)driver.AllocAsync(byteCount, stream.Stream).Pointer
    )
{
    protected override void Free(ICudaDriver driver) =>
        driver.FreeAsync(new CUdeviceptr((ulong)handle), stream.Stream);
}

/// <summary>A variable of a module: memory that comes and goes with it.</summary>
internal sealed class CudaVariableHandle(
    CudaModuleHandle module,
    Func<ICudaDriver, CUdeviceptr> find
) : CudaObjectHandle(module.Context, module, driver => (nint)find(driver).Pointer)
{
    protected override void Free(ICudaDriver driver) { }
}

/// <summary>Page-locked host memory.</summary>
internal sealed class CudaHostMemoryHandle(CudaContextHandle context, ulong byteCount)
    : CudaObjectHandle(context, null, driver => driver.AllocHost(byteCount))
{
    protected override void Free(ICudaDriver driver) => driver.FreeHost(handle);
}

/// <summary>A queue of work.</summary>
internal sealed class CudaStreamHandle(CudaContextHandle context, CUStreamFlags flags)
    : CudaObjectHandle(context, null, driver => driver.CreateStream(flags).Pointer)
{
    public CUstream Stream => new(handle);

    protected override void Free(ICudaDriver driver) => driver.DestroyStream(Stream);
}

/// <summary>A mark in a stream.</summary>
internal sealed class CudaEventHandle(CudaContextHandle context, CUEventFlags flags)
    : CudaObjectHandle(context, null, driver => driver.CreateEvent(flags).Pointer)
{
    protected override void Free(ICudaDriver driver) => driver.DestroyEvent(new CUevent(handle));
}

/// <summary>Captured work.</summary>
internal sealed class CudaGraphHandle(CudaContextHandle context, Func<ICudaDriver, CUgraph> end)
    : CudaObjectHandle(context, null, driver => end(driver).Pointer)
{
    protected override void Free(ICudaDriver driver) => driver.DestroyGraph(new CUgraph(handle));
}

/// <summary>Captured work, ready to be started.</summary>
internal sealed class CudaGraphExecHandle(CudaContextHandle context, CUgraph graph)
    : CudaObjectHandle(context, null, driver => driver.Instantiate(graph).Pointer)
{
    protected override void Free(ICudaDriver driver) =>
        driver.DestroyGraphExec(new CUgraphExec(handle));
}

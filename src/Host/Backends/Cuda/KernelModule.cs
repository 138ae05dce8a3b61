using System.Runtime.InteropServices;
using Robustness.Interop;

namespace Robustness.Backends.Cuda;

/// <summary>The engine's kernels on a device: loaded once, found by name.</summary>
internal sealed class KernelModule : IDisposable
{
    private readonly CudaModule _module;
    private readonly Dictionary<string, CudaKernel> _kernels = new(StringComparer.Ordinal);

    /// <exception cref="CudaException">The driver does not take the PTX.</exception>
    public KernelModule(CudaContext context, KernelPtx ptx) =>
        _module = new CudaModule(context, ptx.Text);

    /// <summary>Starts a kernel; an empty grid does nothing.</summary>
    public void Launch(
        string kernel,
        Dim3 grid,
        int threads,
        CudaStream stream,
        ReadOnlySpan<KernelArgument> arguments
    )
    {
        if (grid.Count == 0)
        {
            return;
        }
        if (!_kernels.TryGetValue(kernel, out CudaKernel? found))
        {
            found = _module.GetKernel(kernel);
            _kernels[kernel] = found;
        }
        var shape = new LaunchShape(grid, new Dim3((uint)threads));
        found.Launch(shape, stream, MemoryMarshal.Cast<KernelArgument, ulong>(arguments));
    }

    public void Dispose() => _module.Dispose();
}

using System.Text;
using Robustness.Interop;

namespace Robustness.Backends.Cuda;

/// <summary>The engine's kernels on a device: loaded once, found by name.</summary>
internal sealed unsafe class KernelModule : IDisposable
{
    private readonly ICudaDriver _driver;
    private readonly CUmodule _module;
    private readonly Dictionary<string, CUfunction> _kernels = new(StringComparer.Ordinal);

    /// <exception cref="CudaException">The driver does not take the PTX.</exception>
    public KernelModule(ICudaDriver driver, KernelPtx ptx)
    {
        _driver = driver;
        _module = driver.LoadModule(Encoding.UTF8.GetBytes(ptx.Text + "\0"), out _);
    }

    /// <summary>Starts a kernel; an empty grid does nothing.</summary>
    public void Launch(
        string kernel,
        Dim3 grid,
        int threads,
        CUstream stream,
        ReadOnlySpan<KernelArgument> arguments
    )
    {
        if (grid.Count == 0)
        {
            return;
        }
        if (!_kernels.TryGetValue(kernel, out CUfunction function))
        {
            function = _driver.GetFunction(_module, kernel);
            _kernels[kernel] = function;
        }
        void** pointers = stackalloc void*[arguments.Length];
        fixed (KernelArgument* first = arguments)
        {
            for (int i = 0; i < arguments.Length; i++)
            {
                pointers[i] = first + i;
            }
            _driver.Launch(function, grid, new Dim3((uint)threads), 0, stream, pointers);
        }
    }

    public void Dispose() => _driver.UnloadModule(_module);
}

using System.Globalization;

namespace Robustness.Interop;

/// <summary>Grid, block and dynamic shared memory of a launch.</summary>
/// <param name="SharedBytes">Dynamic shared memory per block.</param>
public readonly record struct LaunchShape(Dim3 Grid, Dim3 Block, uint SharedBytes = 0);

/// <summary>A kernel of a module, usable as long as the module is.</summary>
public sealed unsafe class CudaKernel
{
    /// <summary>The call that fails when a launch asks for too much shared memory.</summary>
    public const string OptInCall = "cuFuncSetAttribute";

    private readonly CudaModule _module;
    private readonly CUfunction _function;
    private int _sharedLimit;

    internal CudaKernel(CudaModule module, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        (_module, Name) = (module, name);
        using var open = new OpenHandle(module.Handle, module);
        ICudaDriver driver = module.Handle.Context.MakeCurrent();
        _function = driver.GetFunction(new CUmodule(open.Value), name);
        _sharedLimit = driver.FunctionAttribute(
            _function,
            CUFunctionAttribute.MaxDynamicSharedSizeBytes
        );
    }

    public string Name { get; }

    /// <summary>Threads of a block at most.</summary>
    public int MaxThreadsPerBlock => GetAttribute(CUFunctionAttribute.MaxThreadsPerBlock);

    public int GetAttribute(CUFunctionAttribute attribute)
    {
        using var open = new OpenHandle(_module.Handle, _module);
        return _module.Handle.Context.MakeCurrent().FunctionAttribute(_function, attribute);
    }

    /// <summary>Blocks that one multiprocessor holds at a time.</summary>
    /// <param name="blockThreads">Threads of a block.</param>
    /// <param name="sharedBytes">Its dynamic shared memory.</param>
    public int MaxActiveBlocksPerMultiprocessor(int blockThreads, ulong sharedBytes = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(blockThreads);
        using var open = new OpenHandle(_module.Handle, _module);
        return _module
            .Handle.Context.MakeCurrent()
            .MaxActiveBlocks(_function, blockThreads, sharedBytes);
    }

    /// <summary>
    /// Starts the kernel; dynamic shared memory beyond the usual limit is asked for first.
    /// </summary>
    /// <param name="shape">How it is cut.</param>
    /// <param name="stream">Where it is queued.</param>
    /// <param name="words">
    /// One word per parameter, which reads as many of its low bytes as it has.
    /// </param>
    public void Launch(in LaunchShape shape, CudaStream stream, ReadOnlySpan<ulong> words)
    {
        void** pointers = stackalloc void*[words.Length + 1];
        fixed (ulong* first = words)
        {
            for (int i = 0; i < words.Length; i++)
            {
                pointers[i] = first + i;
            }
            Launch(shape, stream, pointers);
        }
    }

    /// <summary>As above, for parameters of any size.</summary>
    /// <param name="shape">How it is cut.</param>
    /// <param name="stream">Where it is queued.</param>
    /// <param name="arguments">One pointer per parameter to its value, copied at the call.</param>
    /// <exception cref="CudaException">
    /// The shape exceeds what kernel or device allow; the call is <see cref="OptInCall"/> when it
    /// is the shared memory.
    /// </exception>
    public void Launch(in LaunchShape shape, CudaStream stream, void** arguments)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var open = new OpenHandle(_module.Handle, _module);
        using var queue = new OpenHandle(stream.Handle, stream);
        ICudaDriver driver = _module.Handle.Context.MakeCurrent();
        if (shape.SharedBytes > _sharedLimit)
        {
            OptIn(driver, shape.SharedBytes);
        }
        driver.Launch(
            _function,
            shape.Grid,
            shape.Block,
            shape.SharedBytes,
            new CUstream(queue.Value),
            arguments
        );
    }

    private void OptIn(ICudaDriver driver, uint sharedBytes)
    {
        const CUFunctionAttribute Limit = CUFunctionAttribute.MaxDynamicSharedSizeBytes;
        if (sharedBytes > int.MaxValue)
        {
            string found = string.Create(
                CultureInfo.InvariantCulture,
                $"{sharedBytes} bytes of dynamic shared memory"
            );
            throw new CudaException(CUResult.InvalidValue, OptInCall, found);
        }
        driver.SetFunctionAttribute(_function, Limit, (int)sharedBytes);
        _sharedLimit = (int)sharedBytes;
    }
}

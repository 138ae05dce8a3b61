using System.Globalization;
using System.Text;
using Robustness.Emulator;
using Robustness.Interop;
using Robustness.Results;

namespace Robustness.Cli.Kernels;

/// <summary>
/// Runs a case on a driver: places the buffers, launches, reads the outputs back.
/// </summary>
/// <remarks>
/// Every buffer has a memory of its own and no other work runs, so a fault names one buffer.
/// </remarks>
internal sealed unsafe class CaseRun(KernelCase kernelCase, CaseCode code, ICudaDriver driver)
{
    private readonly Dictionary<string, CudaDeviceVariable<byte>> _memory = new(
        StringComparer.Ordinal
    );

    /// <summary>The bytes of each output, by name, after <see cref="Run"/>.</summary>
    public SortedDictionary<string, byte[]> Outputs { get; } = new(StringComparer.Ordinal);

    /// <summary>The launches that ran, in order.</summary>
    public List<CaseLaunchResult> Results { get; } = [];

    /// <exception cref="InputFaultException">The case does not fit its code.</exception>
    /// <exception cref="CudaException">A kernel failed on a GPU.</exception>
    public void Run()
    {
        CheckLaunches();
        using CudaContext context = Open();
        using CudaModule module = Load(context);
        try
        {
            foreach (CaseBuffer buffer in kernelCase.Buffers)
            {
                Place(context, buffer);
            }
            foreach (CaseBuffer variable in kernelCase.Variables)
            {
                Initialise(module, variable);
            }
            LaunchAll(context, module);
            ReadOutputs();
        }
        finally
        {
            foreach (CudaDeviceVariable<byte> memory in _memory.Values)
            {
                memory.Dispose();
            }
        }
    }

    private CudaContext Open()
    {
        try
        {
            return new CudaContext(driver);
        }
        catch (CudaException error)
        {
            throw new InputFaultException($"--backend {driver.Name}: {error.Message}");
        }
    }

    private CudaModule Load(CudaContext context)
    {
        try
        {
            return new CudaModule(context, code.Ptx);
        }
        catch (CudaException error)
        {
            throw new InputFaultException($"{kernelCase.Program.Name}: {error.Message}");
        }
    }

    private void LaunchAll(CudaContext context, CudaModule module)
    {
        using var stream = new CudaStream(context);
        foreach (CaseLaunch launch in kernelCase.Launches)
        {
            CaseLaunchResult result = Launch(context, module, stream, launch);
            Results.Add(result);
            if (kernelCase.FailOnFault && result.FaultCount > 0)
            {
                break;
            }
        }
    }

    private void CheckLaunches()
    {
        var faults = new List<string>();
        foreach (CaseLaunch launch in kernelCase.Launches)
        {
            string place = $"{kernelCase.File}: {launch.Field}";
            if (!code.Signatures.TryGetValue(launch.Kernel, out PtxSignature? signature))
            {
                string known = string.Join(
                    ", ",
                    code.Signatures.Keys.Order(StringComparer.Ordinal)
                );
                faults.Add($"{place}.kernel: found \"{launch.Kernel}\"; allowed: {known}.");
                continue;
            }
            if (launch.Block.Count > (ulong)signature.MaxThreads)
            {
                faults.Add(
                    $"{place}.block: found {launch.Block.Count} threads; allowed: at most "
                        + $"{signature.MaxThreads}, the launch bound of {launch.Kernel}."
                );
            }
            CheckArguments(place, launch, signature, faults);
        }
        if (faults.Count > 0)
        {
            throw new InputFaultException(faults);
        }
    }

    private static void CheckArguments(
        string place,
        CaseLaunch launch,
        PtxSignature signature,
        List<string> faults
    )
    {
        int count = signature.ParameterBytes.Count;
        if (launch.Arguments.Count != count)
        {
            faults.Add(
                $"{place}.arguments: found {launch.Arguments.Count}; allowed: {count}, the "
                    + $"parameters of {launch.Kernel}."
            );
            return;
        }
        for (int i = 0; i < count; i++)
        {
            CaseArgument argument = launch.Arguments[i];
            if (argument.Bytes.Length != signature.ParameterBytes[i])
            {
                faults.Add(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{place}.arguments[{i}]: found {argument.Bytes.Length} bytes "
                    )
                        + $"({argument.Kind}); allowed: {signature.ParameterBytes[i]}, the size of "
                        + $"that parameter of {launch.Kernel}."
                );
            }
        }
    }

    private void Place(CudaContext context, CaseBuffer buffer)
    {
        try
        {
            var memory = new CudaDeviceVariable<byte>(context, buffer.ByteCount);
            _memory.Add(buffer.Name, memory);
            (driver as EmulatedCudaDriver)?.NameAllocation(memory.DevicePointer, buffer.Name);
            memory.CopyToDevice(buffer.Initial);
        }
        catch (CudaException error)
        {
            throw new InputFaultException($"{kernelCase.File}: {buffer.Field}: {error.Message}");
        }
    }

    private void Initialise(CudaModule module, CaseBuffer variable)
    {
        CudaDeviceVariable<byte> memory;
        try
        {
            memory = module.GetVariable<byte>(variable.Name);
            _memory.Add(variable.Field, memory);
        }
        catch (CudaException error)
        {
            throw new InputFaultException($"{kernelCase.File}: {variable.Field}: {error.Message}");
        }
        if (memory.Size != variable.ByteCount)
        {
            throw new InputFaultException(
                $"{kernelCase.File}: {variable.Field}: found {variable.ByteCount} bytes; allowed: "
                    + $"{memory.Size}, the size of the variable {variable.Name}."
            );
        }
        memory.CopyToDevice(variable.Initial);
    }

    private CaseLaunchResult Launch(
        CudaContext context,
        CudaModule module,
        CudaStream stream,
        CaseLaunch launch
    )
    {
        using var arguments = new ArgumentBlock(launch.Arguments, _memory);
        using var start = new CudaEvent(context);
        using var end = new CudaEvent(context);
        CudaKernel kernel = module.GetKernel(launch.Kernel);
        start.Record(stream);
        try
        {
            var shape = new LaunchShape(launch.Grid, launch.Block, launch.SharedBytes);
            kernel.Launch(shape, stream, arguments.Pointers);
        }
        catch (CudaException error) when (error.Result == CUResult.InvalidValue)
        {
            string field = error.Call == CudaKernel.OptInCall ? ".shared" : "";
            throw new InputFaultException(
                $"{kernelCase.File}: {launch.Field}{field}: {error.Message}"
            );
        }
        end.Record(stream);
        stream.Synchronize();
        double seconds = CudaEvent.ElapsedTime(start, end) / 1000.0;
        LaunchReport? report = (driver as EmulatedCudaDriver)?.Reports[^1];
        return new CaseLaunchResult(launch, report?.Seconds ?? seconds, report);
    }

    private void ReadOutputs()
    {
        foreach (CaseBuffer buffer in kernelCase.Buffers.Concat(kernelCase.Variables))
        {
            if (!buffer.IsOutput)
            {
                continue;
            }
            if (!_memory.TryGetValue(buffer.Field, out CudaDeviceVariable<byte>? memory))
            {
                memory = _memory[buffer.Name];
            }
            byte[] bytes = new byte[buffer.ByteCount];
            memory.CopyToHost(bytes);
            Outputs[buffer.Name] = bytes;
        }
    }
}

/// <summary>What one launch did; the report is the emulator's, null on a GPU.</summary>
internal sealed record CaseLaunchResult(CaseLaunch Launch, double Seconds, LaunchReport? Report)
{
    public long FaultCount => Report is null ? 0 : Report.Faults.Count + Report.More;
}

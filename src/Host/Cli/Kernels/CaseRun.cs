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
    private readonly Dictionary<string, CUdeviceptr> _addresses = new(StringComparer.Ordinal);

    /// <summary>The bytes of each output, by name, after <see cref="Run"/>.</summary>
    public SortedDictionary<string, byte[]> Outputs { get; } = new(StringComparer.Ordinal);

    /// <summary>The launches that ran, in order.</summary>
    public List<CaseLaunchResult> Results { get; } = [];

    /// <exception cref="InputFaultException">The case does not fit its code.</exception>
    public void Run()
    {
        CheckLaunches();
        driver.Init();
        CUcontext context = driver.RetainPrimaryContext(driver.GetDevice(0));
        driver.SetCurrent(context);
        CUmodule module = Load();
        foreach (CaseBuffer buffer in kernelCase.Buffers)
        {
            Place(buffer);
        }
        foreach (CaseBuffer variable in kernelCase.Variables)
        {
            Initialise(module, variable);
        }
        foreach (CaseLaunch launch in kernelCase.Launches)
        {
            CaseLaunchResult result = Launch(module, launch);
            Results.Add(result);
            if (kernelCase.FailOnFault && result.FaultCount > 0)
            {
                break;
            }
        }
        ReadOutputs();
    }

    private CUmodule Load()
    {
        try
        {
            return driver.LoadModule(Encoding.UTF8.GetBytes(code.Ptx + "\0"), out _);
        }
        catch (CudaException error)
        {
            throw new InputFaultException($"{kernelCase.Program.Name}: {error.Message}");
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

    private void Place(CaseBuffer buffer)
    {
        try
        {
            // The installed driver refuses to allocate nothing.
            ulong bytes =
                driver is EmulatedCudaDriver ? buffer.ByteCount : Math.Max(1, buffer.ByteCount);
            CUdeviceptr address = driver.Alloc(bytes);
            _addresses[buffer.Name] = address;
            (driver as EmulatedCudaDriver)?.NameAllocation(address, buffer.Name);
            Copy(address, buffer.Initial);
        }
        catch (CudaException error)
        {
            throw new InputFaultException($"{kernelCase.File}: {buffer.Field}: {error.Message}");
        }
    }

    private void Initialise(CUmodule module, CaseBuffer variable)
    {
        CUdeviceptr address;
        ulong bytes;
        try
        {
            address = driver.GetGlobal(module, variable.Name, out bytes);
        }
        catch (CudaException error)
        {
            throw new InputFaultException($"{kernelCase.File}: {variable.Field}: {error.Message}");
        }
        if (bytes != variable.ByteCount)
        {
            throw new InputFaultException(
                $"{kernelCase.File}: {variable.Field}: found {variable.ByteCount} bytes; allowed: "
                    + $"{bytes}, the size of the variable {variable.Name}."
            );
        }
        Copy(address, variable.Initial);
        _addresses[variable.Field] = address;
    }

    private void Copy(CUdeviceptr address, byte[]? bytes)
    {
        if (bytes is { Length: > 0 })
        {
            fixed (byte* source = bytes)
            {
                driver.CopyHostToDevice(address, source, (ulong)bytes.Length);
            }
        }
    }

    private CaseLaunchResult Launch(CUmodule module, CaseLaunch launch)
    {
        using var arguments = new ArgumentBlock(launch.Arguments, _addresses);
        CUevent start = driver.CreateEvent(CUEventFlags.Default);
        CUevent end = driver.CreateEvent(CUEventFlags.Default);
        try
        {
            CUfunction function = driver.GetFunction(module, launch.Kernel);
            OptIn(function, launch);
            driver.RecordEvent(start, default);
            driver.Launch(
                function,
                launch.Grid,
                launch.Block,
                launch.SharedBytes,
                default,
                arguments.Pointers
            );
            driver.RecordEvent(end, default);
            driver.Synchronize();
            double seconds = driver.ElapsedMilliseconds(start, end) / 1000.0;
            LaunchReport? report = (driver as EmulatedCudaDriver)?.Reports[^1];
            return new CaseLaunchResult(launch, report?.Seconds ?? seconds, report);
        }
        catch (CudaException error) when (error.Result == CUResult.InvalidValue)
        {
            throw new InputFaultException($"{kernelCase.File}: {launch.Field}: {error.Message}");
        }
        finally
        {
            driver.DestroyEvent(start);
            driver.DestroyEvent(end);
        }
    }

    /// <summary>More than 48 KB of shared memory must be asked for.</summary>
    private void OptIn(CUfunction function, CaseLaunch launch)
    {
        const CUFunctionAttribute Limit = CUFunctionAttribute.MaxDynamicSharedSizeBytes;
        if (launch.SharedBytes <= driver.FunctionAttribute(function, Limit))
        {
            return;
        }
        try
        {
            driver.SetFunctionAttribute(function, Limit, (int)launch.SharedBytes);
        }
        catch (CudaException error)
        {
            throw new InputFaultException(
                $"{kernelCase.File}: {launch.Field}.shared: {error.Message}"
            );
        }
    }

    private void ReadOutputs()
    {
        foreach (CaseBuffer buffer in kernelCase.Buffers.Concat(kernelCase.Variables))
        {
            if (!buffer.IsOutput)
            {
                continue;
            }
            byte[] bytes = new byte[buffer.ByteCount];
            bool isVariable = _addresses.TryGetValue(buffer.Field, out CUdeviceptr address);
            fixed (byte* target = bytes)
            {
                driver.CopyDeviceToHost(
                    target,
                    isVariable ? address : _addresses[buffer.Name],
                    buffer.ByteCount
                );
            }
            Outputs[buffer.Name] = bytes;
        }
    }
}

/// <summary>What one launch did; the report is the emulator's, null on a GPU.</summary>
internal sealed record CaseLaunchResult(CaseLaunch Launch, double Seconds, LaunchReport? Report)
{
    public long FaultCount => Report is null ? 0 : Report.Faults.Count + Report.More;
}

using System.Runtime.InteropServices;
using Robustness.Interop;

namespace Robustness.Emulator;

/// <summary>
/// The driver API over the PTX emulator: one device, every call ends before it returns.
/// </summary>
public sealed unsafe partial class EmulatedCudaDriver : ICudaDriver
{
    private const ulong Capacity = 64UL << 30;
    private const uint LastEpoch = 1u << 31;
    private readonly DeviceMemory memory = new();
    private readonly Dictionary<nint, EmulatedModule> modules = [];
    private readonly Dictionary<nint, (EmulatedModule Module, DecodedKernel Code)> functions = [];
    private readonly Dictionary<nint, int> optIn = [];
    private readonly HashSet<nint> pinned = [];
    private readonly List<LaunchReport> reports = [];
    private nint nextHandle = 1;
    private uint epoch;
    private int retains;

    public EmulatedCudaDriver(EmulatorOptions? options = null) =>
        Options = options ?? new EmulatorOptions();

    /// <summary>Holds from the next launch on.</summary>
    public EmulatorOptions Options { get; set; }

    /// <summary>Reports of all launches, oldest first.</summary>
    public IReadOnlyList<LaunchReport> Reports => reports;

    public string Name => "emulator";

    public int DriverVersion => 11080;

    public bool IsThreadSafe => false;

    /// <summary>Gives an allocation the name that faults show.</summary>
    public void NameAllocation(CUdeviceptr address, string name)
    {
        MemoryRegion region =
            memory.Find(address.Pointer, 0)
            ?? throw Fail(CUResult.InvalidValue, nameof(NameAllocation), "no such allocation");
        region.Name = name;
    }

    public void Init() { }

    public int DeviceCount() => 1;

    public CUdevice GetDevice(int ordinal) =>
        ordinal == 0
            ? new CUdevice(0)
            : throw Fail(CUResult.InvalidDevice, "cuDeviceGet", "the emulator has device 0 only");

    public string DeviceName(CUdevice device) => "PTX emulator";

    public ulong TotalMemory(CUdevice device) => Capacity;

    public int DeviceAttribute(CUdevice device, CUDeviceAttribute attribute) =>
        attribute switch
        {
            CUDeviceAttribute.MaxThreadsPerBlock => 1024,
            CUDeviceAttribute.MaxBlockDimX or CUDeviceAttribute.MaxBlockDimY => 1024,
            CUDeviceAttribute.MaxBlockDimZ => 64,
            CUDeviceAttribute.MaxGridDimX => int.MaxValue,
            CUDeviceAttribute.MaxGridDimY or CUDeviceAttribute.MaxGridDimZ => 65535,
            CUDeviceAttribute.MaxSharedMemoryPerBlock => 48 << 10,
            CUDeviceAttribute.WarpSize => 32,
            CUDeviceAttribute.MaxRegistersPerBlock => 65536,
            CUDeviceAttribute.MultiprocessorCount => 1,
            CUDeviceAttribute.MaxThreadsPerMultiprocessor => 2048,
            CUDeviceAttribute.ComputeCapabilityMajor => 8,
            CUDeviceAttribute.MaxSharedMemoryPerMultiprocessor => 164 << 10,
            CUDeviceAttribute.MaxSharedMemoryPerBlockOptin => 163 << 10,
            _ => 0,
        };

    /// <summary>
    /// What was made and not given back: context, modules, memory, streams, events, graphs.
    /// </summary>
    public int LiveObjectCount =>
        retains
        + modules.Count
        + memory.Regions.Count
        + pinned.Count
        + (streams.Count - 1)
        + events.Count
        + graphs.Count;

    public CUcontext RetainPrimaryContext(CUdevice device)
    {
        retains++;
        return new CUcontext(1);
    }

    public void SetCurrent(CUcontext context) { }

    public void ReleasePrimaryContext(CUdevice device)
    {
        if (retains == 0)
        {
            throw Fail(
                CUResult.InvalidContext,
                "cuDevicePrimaryCtxRelease",
                "the context is not retained"
            );
        }
        retains--;
    }

    /// <exception cref="CudaException">
    /// InvalidPtx; the inner exception names line and token.
    /// </exception>
    public CUmodule LoadModule(ReadOnlySpan<byte> image, out string log)
    {
        try
        {
            var module = new EmulatedModule(EmulatedModule.Decode(image), memory);
            log = "";
            var handle = new CUmodule(nextHandle++);
            modules[handle.Pointer] = module;
            return handle;
        }
        catch (PtxException error)
        {
            throw new CudaException(
                CUResult.InvalidPtx,
                "cuModuleLoadDataEx",
                error.Message,
                error
            );
        }
    }

    public void UnloadModule(CUmodule module)
    {
        Module(module, "cuModuleUnload").Dispose();
        modules.Remove(module.Pointer);
    }

    public CUfunction GetFunction(CUmodule module, string name)
    {
        EmulatedModule owner = Module(module, "cuModuleGetFunction");
        if (!owner.Kernels.TryGetValue(name, out DecodedKernel? code))
        {
            string known = string.Join(", ", owner.Kernels.Keys.Order(StringComparer.Ordinal));
            throw Fail(
                CUResult.NotFound,
                "cuModuleGetFunction",
                $"no kernel '{name}'; there are: {known}"
            );
        }
        var handle = new CUfunction(nextHandle++);
        functions[handle.Pointer] = (owner, code);
        return handle;
    }

    public CUdeviceptr GetGlobal(CUmodule module, string name, out ulong bytes)
    {
        MemoryRegion region =
            Module(module, "cuModuleGetGlobal").Variable(name)
            ?? throw Fail(CUResult.NotFound, "cuModuleGetGlobal", $"no variable '{name}'");
        bytes = region.Bytes;
        return new CUdeviceptr(region.Start);
    }

    public int FunctionAttribute(CUfunction function, CUFunctionAttribute attribute)
    {
        DecodedKernel code = Function(function, "cuFuncGetAttribute").Code;
        return attribute switch
        {
            CUFunctionAttribute.MaxThreadsPerBlock => code.Source.MaxThreads,
            CUFunctionAttribute.SharedSizeBytes => code.SharedBytes,
            CUFunctionAttribute.LocalSizeBytes => code.LocalBytes,
            CUFunctionAttribute.MaxDynamicSharedSizeBytes => optIn.GetValueOrDefault(
                function.Pointer,
                (48 << 10) - code.SharedBytes
            ),
            _ => 0,
        };
    }

    public void SetFunctionAttribute(CUfunction function, CUFunctionAttribute attribute, int value)
    {
        EmulatedModule owner = Function(function, "cuFuncSetAttribute").Module;
        int limit = SharedLimit(owner.Source.Target);
        if (
            attribute == CUFunctionAttribute.MaxDynamicSharedSizeBytes
            && (value < 0 || value > limit)
        )
        {
            throw Fail(
                CUResult.InvalidValue,
                "cuFuncSetAttribute",
                $"0 to {limit} bytes are allowed, not {value}"
            );
        }
        optIn[function.Pointer] = value;
    }

    public int MaxActiveBlocks(CUfunction function, int blockThreads, ulong sharedBytes)
    {
        DecodedKernel code = Function(function, "cuOccupancyMaxActiveBlocksPerMultiprocessor").Code;
        ulong perBlock = sharedBytes + (ulong)code.SharedBytes + 1024;
        return (int)
            Math.Min(
                32,
                Math.Min((ulong)(2048 / Math.Max(1, blockThreads)), (164UL << 10) / perBlock)
            );
    }

    public void Launch(
        CUfunction function,
        Dim3 grid,
        Dim3 block,
        uint sharedBytes,
        CUstream stream,
        void** arguments
    )
    {
        (EmulatedModule owner, DecodedKernel code) = Function(function, "cuLaunchKernel");
        CheckShape(owner, code, grid, block, sharedBytes);
        var parameters = new byte[code.ParameterBytes];
        for (int i = 0; i < code.Source.Parameters.Count; i++)
        {
            PtxVariable parameter = code.Source.Parameters[i];
            new ReadOnlySpan<byte>(arguments[i], (int)parameter.Bytes).CopyTo(
                parameters.AsSpan((int)parameter.Offset)
            );
        }
        Submit(stream, () => Start(owner, code, grid, block, (int)sharedBytes, parameters));
    }

    private void Start(
        EmulatedModule owner,
        DecodedKernel code,
        Dim3 grid,
        Dim3 block,
        int sharedBytes,
        byte[] parameters
    )
    {
        if (epoch > LastEpoch)
        {
            memory.ForgetRaces();
            epoch = 0;
        }
        if ((Options.Checks & EmulatorChecks.Uninitialized) == 0)
        {
            memory.ForgetValid();
        }
        var state = new LaunchState(
            code,
            memory,
            Options,
            grid,
            block,
            sharedBytes,
            parameters,
            owner.Source.Files,
            owner.Address
        )
        {
            FirstEpoch = epoch + 1,
            Epoch = epoch,
        };
        reports.Add(KernelLaunch.Run(state));
        epoch = state.Epoch;
    }

    private static void CheckShape(
        EmulatedModule owner,
        DecodedKernel code,
        Dim3 grid,
        Dim3 block,
        uint sharedBytes
    )
    {
        int limit = SharedLimit(owner.Source.Target);
        string? wrong =
            grid.Count == 0 || block.Count == 0 ? $"grid {grid} and block {block} must not be empty"
            : grid.Y > 65535 || grid.Z > 65535 ? $"grid {grid}: y and z are at most 65535"
            : block.Count > (ulong)code.Source.MaxThreads
                ? $"block {block} has more than {code.Source.MaxThreads} threads"
            : sharedBytes + code.SharedBytes > limit
                ? $"{sharedBytes + code.SharedBytes} bytes of shared memory; {limit} are allowed"
            : null;
        if (wrong is not null)
        {
            throw Fail(CUResult.InvalidValue, "cuLaunchKernel", wrong);
        }
    }

    private static int SharedLimit(int target) =>
        (
            target >= 90 ? 227
            : target is 86 or 89 ? 99
            : 163
        ) << 10;

    public void Dispose()
    {
        foreach (EmulatedModule module in modules.Values)
        {
            module.Dispose();
        }
        memory.Dispose();
        foreach (nint address in pinned)
        {
            NativeMemory.Free((void*)address);
        }
        pinned.Clear();
    }

    private EmulatedModule Module(CUmodule module, string call) =>
        modules.TryGetValue(module.Pointer, out EmulatedModule? found)
            ? found
            : throw Fail(CUResult.InvalidHandle, call, "no such module");

    private (EmulatedModule Module, DecodedKernel Code) Function(
        CUfunction function,
        string call
    ) =>
        functions.TryGetValue(function.Pointer, out (EmulatedModule, DecodedKernel) found)
            ? found
            : throw Fail(CUResult.InvalidHandle, call, "no such function");

    private static CudaException Fail(CUResult result, string call, string advice) =>
        new(result, call, advice);
}

using System.Text;

namespace Robustness.Interop;

/// <summary>The installed driver of NVIDIA GPUs.</summary>
public sealed unsafe partial class CudaDriver : ICudaDriver
{
    private const int LogBytes = 1 << 16;

    private CudaDriver(int version) => DriverVersion = version;

    /// <inheritdoc/>
    public string Name => "cuda";

    /// <inheritdoc/>
    public int DriverVersion { get; }

    /// <inheritdoc/>
    public bool IsThreadSafe => true;

    /// <summary>The driver of this machine, initialised.</summary>
    /// <exception cref="NativeLibraryException">No driver is installed.</exception>
    /// <exception cref="CudaException">
    /// It does not start, for instance without a device.
    /// </exception>
    public static CudaDriver Load()
    {
        if (!NativeLibraries.TryLoad(NativeLibraries.Driver, out _, out string found))
        {
            throw new NativeLibraryException(
                "The NVIDIA driver",
                found,
                "Install the driver of the GPU, or use the CPU or the emulator."
            );
        }
        int version = 0;
        CudaCall.Check(NativeMethods.cuDriverGetVersion(&version), "cuDriverGetVersion");
        var driver = new CudaDriver(version);
        driver.Init();
        return driver;
    }

    /// <inheritdoc/>
    public void Init() => CudaCall.Check(NativeMethods.cuInit(0), "cuInit");

    /// <inheritdoc/>
    public int DeviceCount()
    {
        int count = 0;
        CudaCall.Check(NativeMethods.cuDeviceGetCount(&count), "cuDeviceGetCount");
        return count;
    }

    /// <inheritdoc/>
    public CUdevice GetDevice(int ordinal)
    {
        CUdevice device = default;
        CudaCall.Check(NativeMethods.cuDeviceGet(&device, ordinal), "cuDeviceGet");
        return device;
    }

    /// <inheritdoc/>
    public string DeviceName(CUdevice device)
    {
        const int MostBytes = 256;
        byte* name = stackalloc byte[MostBytes];
        CudaCall.Check(NativeMethods.cuDeviceGetName(name, MostBytes, device), "cuDeviceGetName");
        return CudaCall.Text(name, MostBytes);
    }

    /// <inheritdoc/>
    public ulong TotalMemory(CUdevice device)
    {
        nuint bytes = 0;
        CudaCall.Check(NativeMethods.cuDeviceTotalMem_v2(&bytes, device), "cuDeviceTotalMem");
        return bytes;
    }

    /// <inheritdoc/>
    public int DeviceAttribute(CUdevice device, CUDeviceAttribute attribute)
    {
        int value = 0;
        CudaCall.Check(
            NativeMethods.cuDeviceGetAttribute(&value, attribute, device),
            "cuDeviceGetAttribute"
        );
        return value;
    }

    /// <inheritdoc/>
    public CUcontext RetainPrimaryContext(CUdevice device)
    {
        CUcontext context = default;
        CudaCall.Check(
            NativeMethods.cuDevicePrimaryCtxRetain(&context, device),
            "cuDevicePrimaryCtxRetain"
        );
        return context;
    }

    /// <inheritdoc/>
    public void SetCurrent(CUcontext context) =>
        CudaCall.Check(NativeMethods.cuCtxSetCurrent(context), "cuCtxSetCurrent");

    /// <inheritdoc/>
    public void ReleasePrimaryContext(CUdevice device) =>
        CudaCall.Check(
            NativeMethods.cuDevicePrimaryCtxRelease_v2(device),
            "cuDevicePrimaryCtxRelease"
        );

    /// <inheritdoc/>
    public CUmodule LoadModule(ReadOnlySpan<byte> image, out string log)
    {
        // The API reads text up to its NUL; an image without one is copied and gets it.
        ReadOnlySpan<byte> ended = image.Length > 0 && image[^1] == 0 ? image : [.. image, 0];
        byte[] information = new byte[LogBytes];
        byte[] errors = new byte[LogBytes];
        CUJitOption* options = stackalloc CUJitOption[]
        {
            CUJitOption.InfoLogBuffer,
            CUJitOption.InfoLogBufferSizeBytes,
            CUJitOption.ErrorLogBuffer,
            CUJitOption.ErrorLogBufferSizeBytes,
            CUJitOption.GenerateLineInfo,
        };
        CUmodule module = default;
        fixed (
            byte* text = ended,
                toInformation = information,
                toErrors = errors
        )
        {
            // Sizes and flags are passed as words in the place of a pointer.
            void** values = stackalloc void*[]
            {
                toInformation,
                (void*)LogBytes,
                toErrors,
                (void*)LogBytes,
                (void*)1,
            };
            CUResult result = NativeMethods.cuModuleLoadDataEx(&module, text, 5, options, values);
            log = CudaCall.Text(toInformation, LogBytes);
            CudaCall.Check(result, "cuModuleLoadDataEx", CudaCall.Text(toErrors, LogBytes));
        }
        return module;
    }

    /// <inheritdoc/>
    public void UnloadModule(CUmodule module) =>
        CudaCall.Check(NativeMethods.cuModuleUnload(module), "cuModuleUnload");

    /// <inheritdoc/>
    public CUfunction GetFunction(CUmodule module, string name)
    {
        CUfunction function = default;
        fixed (byte* text = Encoding.UTF8.GetBytes(name + '\0'))
        {
            CudaCall.Check(
                NativeMethods.cuModuleGetFunction(&function, module, text),
                "cuModuleGetFunction",
                $"the module has no kernel '{name}'"
            );
        }
        return function;
    }

    /// <inheritdoc/>
    public CUdeviceptr GetGlobal(CUmodule module, string name, out ulong bytes)
    {
        CUdeviceptr address = default;
        nuint size = 0;
        fixed (byte* text = Encoding.UTF8.GetBytes(name + '\0'))
        {
            CudaCall.Check(
                NativeMethods.cuModuleGetGlobal_v2(&address, &size, module, text),
                "cuModuleGetGlobal",
                $"the module has no variable '{name}'"
            );
        }
        bytes = size;
        return address;
    }

    /// <inheritdoc/>
    public int FunctionAttribute(CUfunction function, CUFunctionAttribute attribute)
    {
        int value = 0;
        CudaCall.Check(
            NativeMethods.cuFuncGetAttribute(&value, attribute, function),
            "cuFuncGetAttribute"
        );
        return value;
    }

    /// <inheritdoc/>
    public void SetFunctionAttribute(
        CUfunction function,
        CUFunctionAttribute attribute,
        int value
    ) =>
        CudaCall.Check(
            NativeMethods.cuFuncSetAttribute(function, attribute, value),
            "cuFuncSetAttribute"
        );

    /// <inheritdoc/>
    public int MaxActiveBlocks(CUfunction function, int blockThreads, ulong sharedBytes)
    {
        int blocks = 0;
        CudaCall.Check(
            NativeMethods.cuOccupancyMaxActiveBlocksPerMultiprocessor(
                &blocks,
                function,
                blockThreads,
                (nuint)sharedBytes
            ),
            "cuOccupancyMaxActiveBlocksPerMultiprocessor"
        );
        return blocks;
    }

    /// <inheritdoc/>
    public void Launch(
        CUfunction function,
        Dim3 grid,
        Dim3 block,
        uint sharedBytes,
        CUstream stream,
        void** arguments
    ) =>
        CudaCall.Check(
            NativeMethods.cuLaunchKernel(
                function,
                grid.X,
                grid.Y,
                grid.Z,
                block.X,
                block.Y,
                block.Z,
                sharedBytes,
                stream,
                arguments,
                null
            ),
            "cuLaunchKernel"
        );

    /// <summary>Nothing: contexts are released by whoever retained them.</summary>
    public void Dispose() { }
}

namespace Robustness.Interop;

/// <summary>What NVML says of a device; a figure that a device does not give is null.</summary>
public sealed record NvmlDevice(
    string Name,
    ulong MemoryBytes,
    ulong FreeMemoryBytes,
    uint? SmMegahertz,
    uint? MemoryMegahertz,
    double? Watts
);

/// <summary>The management library of the NVIDIA driver: names, clocks, power, memory.</summary>
public sealed unsafe class Nvml : IDisposable
{
    private const int TextBytes = 96;
    private bool _isDisposed;

    private Nvml(string driverVersion) => DriverVersion = driverVersion;

    /// <summary>Version of the driver in words, such as 535.104.</summary>
    public string DriverVersion { get; }

    /// <summary>The library of this machine, or null and the reason.</summary>
    public static Nvml? TryLoad(out string reason)
    {
        reason = "";
        if (!NativeLibraries.TryLoad(NativeLibraries.Nvml, out _, out string found))
        {
            reason = $"NVML cannot be loaded (tried {found}); it comes with the NVIDIA driver.";
            return null;
        }
        NvmlReturn result = NativeMethods.nvmlInit_v2();
        if (result != NvmlReturn.Success)
        {
            reason = $"nvmlInit failed with {result}: the driver is not running.";
            return null;
        }
        byte* version = stackalloc byte[TextBytes];
        result = NativeMethods.nvmlSystemGetDriverVersion(version, TextBytes);
        return new Nvml(result == NvmlReturn.Success ? CudaCall.Text(version, TextBytes) : "");
    }

    /// <summary>All devices that may be asked.</summary>
    public IReadOnlyList<NvmlDevice> Devices()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        uint count = 0;
        var devices = new List<NvmlDevice>();
        if (NativeMethods.nvmlDeviceGetCount_v2(&count) != NvmlReturn.Success)
        {
            return devices;
        }
        for (uint i = 0; i < count; i++)
        {
            nint handle = 0;
            if (NativeMethods.nvmlDeviceGetHandleByIndex_v2(i, &handle) == NvmlReturn.Success)
            {
                devices.Add(Describe(handle));
            }
        }
        return devices;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _ = NativeMethods.nvmlShutdown();
        }
    }

    private static NvmlDevice Describe(nint device)
    {
        byte* name = stackalloc byte[TextBytes];
        name[0] = 0;
        _ = NativeMethods.nvmlDeviceGetName(device, name, TextBytes);
        NvmlMemory memory = default;
        _ = NativeMethods.nvmlDeviceGetMemoryInfo(device, &memory);
        uint milliwatts = 0;
        NvmlReturn power = NativeMethods.nvmlDeviceGetPowerUsage(device, &milliwatts);
        return new NvmlDevice(
            CudaCall.Text(name, TextBytes),
            memory.Total,
            memory.Free,
            Clock(device, NvmlClockType.Sm),
            Clock(device, NvmlClockType.Memory),
            power == NvmlReturn.Success ? milliwatts / 1000.0 : null
        );
    }

    private static uint? Clock(nint device, NvmlClockType type)
    {
        uint megahertz = 0;
        NvmlReturn result = NativeMethods.nvmlDeviceGetClockInfo(device, type, &megahertz);
        return result == NvmlReturn.Success ? megahertz : null;
    }
}

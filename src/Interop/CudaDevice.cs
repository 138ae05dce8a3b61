namespace Robustness.Interop;

/// <summary>A device as its driver describes it; asking starts nothing on it.</summary>
public sealed class CudaDevice
{
    private readonly ICudaDriver _driver;

    /// <param name="driver">The installed driver or the emulator.</param>
    /// <param name="ordinal">From 0 to one below <see cref="Count"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such device.</exception>
    /// <exception cref="CudaException">The driver does not answer.</exception>
    public CudaDevice(ICudaDriver driver, int ordinal)
    {
        ArgumentNullException.ThrowIfNull(driver);
        int count = Count(driver);
        if (count == 0)
        {
            throw new CudaException(CUResult.NoDevice, "cuDeviceGetCount", "it found 0 devices");
        }
        if (ordinal < 0 || ordinal >= count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(ordinal),
                ordinal,
                $"The driver has {count} devices, counted from 0."
            );
        }
        _driver = driver;
        Handle = driver.GetDevice(ordinal);
    }

    public string Name => _driver.DeviceName(Handle);

    /// <summary>10 times major plus minor, such as 80.</summary>
    public int ComputeCapability =>
        (10 * GetAttribute(CUDeviceAttribute.ComputeCapabilityMajor))
        + GetAttribute(CUDeviceAttribute.ComputeCapabilityMinor);

    /// <summary>In bytes.</summary>
    public ulong TotalMemory => _driver.TotalMemory(Handle);

    internal CUdevice Handle { get; }

    /// <summary>Devices of a driver.</summary>
    public static int Count(ICudaDriver driver)
    {
        ArgumentNullException.ThrowIfNull(driver);
        driver.Init();
        return driver.DeviceCount();
    }

    public int GetAttribute(CUDeviceAttribute attribute) =>
        _driver.DeviceAttribute(Handle, attribute);
}

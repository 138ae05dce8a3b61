using NUnit.Framework;
using Robustness.Cli;
using Robustness.Cli.Kernels;
using Robustness.Interop;
using Robustness.Results;
using Robustness.Tests.Interop;

namespace Robustness.Tests.Cli;

/// <summary>What a case says when the driver refuses, and that it leaves nothing behind.</summary>
[TestFixture]
public sealed class CaseDriverTests
{
    [TestCase(
        "cuDeviceGetCount",
        CUResult.NoDevice,
        "--backend watched: cuDeviceGetCount failed with CUDA_ERROR_NO_DEVICE (100): The driver "
            + "found no GPU; use the CPU or the emulator."
    )]
    [TestCase(
        "cuModuleLoadDataEx",
        CUResult.UnsupportedPtxVersion,
        "scale.ptx: cuModuleLoadDataEx failed with CUDA_ERROR_UNSUPPORTED_PTX_VERSION (222): The "
            + "PTX is newer than the driver; update the driver or compile with an older NVRTC."
    )]
    [TestCase(
        "cuMemAlloc",
        CUResult.OutOfMemory,
        "case.json: buffers.x: cuMemAlloc failed with CUDA_ERROR_OUT_OF_MEMORY (2): "
    )]
    [TestCase(
        "cuLaunchKernel",
        CUResult.InvalidValue,
        "case.json: launches[0]: cuLaunchKernel failed with CUDA_ERROR_INVALID_VALUE (1): "
    )]
    public void ARefusalIsBadInput(string call, CUResult result, string message)
    {
        using var driver = new WatchedDriver { Failing = call, Failure = result };
        Assert.That(
            () => Run(driver),
            Throws.TypeOf<InputFaultException>().With.Message.Contains(message)
        );
        Assert.That(driver.Emulator.LiveObjectCount, Is.Zero);
    }

    [Test]
    public void AFaultOnAGpuIsAFailureOfTheWork()
    {
        using var driver = new WatchedDriver
        {
            Failing = "cuStreamSynchronize",
            Failure = CUResult.IllegalAddress,
        };
        Assert.That(
            () => Run(driver),
            Throws.TypeOf<CudaException>().With.Message.Contains("run the case in the emulator")
        );
        Assert.That(driver.Emulator.LiveObjectCount, Is.Zero);
    }

    [Test]
    public void NothingIsLeftAfterARun()
    {
        using var driver = new WatchedDriver();
        Run(driver);
        Assert.That(driver.Emulator.LiveObjectCount, Is.Zero);
        Assert.That(driver.Calls[^1], Is.EqualTo("cuDevicePrimaryCtxRelease"));
    }

    private static void Run(WatchedDriver driver)
    {
        using var cases = new KernelCases();
        KernelCase kernelCase = cases.Read();
        new CaseRun(kernelCase, CaseCode.Load(kernelCase, _ => { }), driver).Run();
    }
}

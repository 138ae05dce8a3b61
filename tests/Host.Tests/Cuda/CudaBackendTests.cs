using NUnit.Framework;
using Robustness.Backends.Cuda;
using Robustness.Compute;
using Robustness.Emulator;
using Robustness.Interop;
using Robustness.Tests.Compute;
using Robustness.Tests.Interop;
using static Robustness.Tests.Compute.Operands;

namespace Robustness.Tests.Cuda;

/// <summary>The host side of the CUDA backend: transfers, scratch memory, refusals.</summary>
[TestFixture]
public sealed class CudaBackendTests
{
    [Test]
    public void TransfersLargerThanTheStagingMemoryArriveWhole()
    {
        using var operands = new Operands(BackendUnderTest.Emulator);
        float[] values = [.. Enumerable.Range(0, 700_001).Select(i => (float)i)];
        Assert.That(operands.Read(operands.Vector(values)), Is.EqualTo(values));
    }

    [Test]
    public void ABf16TableIsRefusedByName()
    {
        using var operands = new Operands(BackendUnderTest.Emulator);
        var (y, table) = (operands.Output(new(1, 4)), operands.Bf16(new float[8], 2, 4));
        var ids = operands.Output(new(1));
        Assert.That(
            () => operands.Layers.EmbeddingForward(y, ids, table),
            Throws.ArgumentException.With.Message.EqualTo(
                "EmbeddingForward: a tensor holds BFloat16, but Float32 is asked for."
            )
        );
    }

    [Test]
    public void ScratchMemoryGrowsAndIsGivenBack()
    {
        using var driver = new EmulatedCudaDriver();
        ulong before = driver.GetMemoryInfo().Free;
        using (var backend = new CudaBackend(driver, _ => KernelPtx.FromBundle("test")))
        {
            foreach (int width in (int[])[5, 90, 7])
            {
                using var arena = new Arena(backend);
                var (dY, sums) = (arena.Allocate(3, width), arena.Allocate(width));
                backend.Clear(dY);
                backend.Clear(sums);
                backend.BiasBackward(sums, dY);
            }
        }
        Assert.That(driver.GetMemoryInfo().Free, Is.EqualTo(before));
        Assert.That(driver.Reports.SelectMany(report => report.Faults), Is.Empty);
    }

    [TestCase("cuDevicePrimaryCtxRetain")]
    [TestCase("cuModuleLoadDataEx")]
    [TestCase("cuStreamCreate")]
    [TestCase("cuMemHostAlloc")]
    [TestCase("cuEventCreate")]
    public void ABackendThatDoesNotStartLeavesNothing(string failing)
    {
        using var driver = new WatchedDriver { Failing = failing };
        Assert.That(
            () => new CudaBackend(driver, _ => KernelPtx.FromBundle("test")),
            Throws.TypeOf<CudaException>().With.Message.StartsWith(failing + " failed with")
        );
        Assert.That(driver.Emulator.LiveObjectCount, Is.Zero);
    }

    [Test]
    public void ABackendGivesBackEverythingOnce()
    {
        using var driver = new WatchedDriver();
        var backend = new CudaBackend(driver, _ => KernelPtx.FromBundle("test"));
        nint kept = backend.Allocate(100);
        backend.Free(backend.Allocate(0));
        Assert.That(
            () => backend.Free(kept + 4),
            Throws.ArgumentException.With.Message.Contains("not the start of memory")
        );
        backend.Dispose();
        int calls = driver.Calls.Count;
        backend.Dispose();
        Assert.That(driver.Calls, Has.Count.EqualTo(calls));
        Assert.That(driver.Emulator.LiveObjectCount, Is.Zero);
    }

    [Test]
    public void MemoryThatIsNotThereIsNamedAndTheBackendGoesOn()
    {
        using var driver = new WatchedDriver();
        using var backend = new CudaBackend(driver, _ => KernelPtx.FromBundle("test"));
        Assert.That(
            () => backend.Allocate(1L << 50),
            Throws
                .TypeOf<CudaException>()
                .With.Message.StartsWith("cuMemAlloc failed with CUDA_ERROR_OUT_OF_MEMORY")
        );
        Assert.That(() => backend.Free(backend.Allocate(64)), Throws.Nothing);
    }

    [Test]
    public void EmptyTensorsStartNothing()
    {
        using var operands = new Operands(BackendUnderTest.Emulator);
        int mark = EmulatedDevice.Shared.LaunchCount;
        var x = operands.Output(new Shape(0, 5));
        operands.Layers.ResidualForward(x, x, x);
        operands.Layers.GeluForward(x, x, Tensor.None);
        Assert.That(EmulatedDevice.Shared.LaunchCount, Is.EqualTo(mark));
    }

    [Test]
    public void ADeviceThatIsTooOldIsRefused() =>
        Assert.That(
            () => KernelPtx.Load(75, new KernelCache("/nowhere", _ => { })),
            Throws
                .TypeOf<NotSupportedException>()
                .With.Message.Contains("compute capability 7.5; the kernels need 8.0")
        );

    [Test]
    public void GapsBetweenRowsAreRefused()
    {
        using var operands = new Operands(BackendUnderTest.Emulator);
        var x = operands.Matrix(Draw(20, "x"), 4).ColumnRange(0, 3);
        Assert.That(
            () => operands.Layers.ResidualForward(x, x, x),
            Throws.ArgumentException.With.Message.Contains("row stride 5; on a GPU")
        );
    }
}

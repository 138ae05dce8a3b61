using NUnit.Framework;
using Robustness.Backends.Cuda;
using Robustness.Compute;
using Robustness.Emulator;
using Robustness.Tests.Compute;
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

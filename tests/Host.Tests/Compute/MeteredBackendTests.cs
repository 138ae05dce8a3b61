using NUnit.Framework;
using Robustness.Compute;
using static Robustness.Tests.Compute.Operands;

namespace Robustness.Tests.Compute;

/// <summary>The metering decorator passes everything on and counts it.</summary>
[TestFixture]
public sealed class MeteredBackendTests
{
    [Test]
    public void CountsCallsAndCostAndChangesNoResult()
    {
        using var operands = new Operands(Plain);
        var meter = new MeteredBackend(operands.Backend, TimeProvider.System);
        var (a, b) = (operands.Matrix(Draw(60, "a"), 6), operands.Matrix(Draw(40, "b"), 4));
        var (expected, found) = (operands.Output(new(6, 4)), operands.Output(new(6, 4)));

        operands.Backend.Gemm(expected, a, b, GemmLayout.NT, GemmEpilogue.Store);
        meter.Gemm(found, a, b, GemmLayout.NT, GemmEpilogue.Store);
        meter.Gemm(found, a, b, GemmLayout.NT, GemmEpilogue.Store);

        Assert.That(operands.Read(found), Is.EqualTo(operands.Read(expected)));
        var total = meter.Totals().Single();
        Assert.That((total.Name, total.Calls), Is.EqualTo(("Gemm NT", 2)));
        Assert.That(total.Cost.Flops, Is.EqualTo(2 * 2 * 6 * 4 * 10));
        Assert.That(total.Seconds, Is.Positive);
        meter.Reset();
        Assert.That(meter.Totals(), Is.Empty);
    }

    [Test]
    public void MeteringAllocatesNothingOnceAnOperationWasSeen()
    {
        using var operands = new Operands(Plain);
        var meter = new MeteredBackend(operands.Backend, TimeProvider.System);
        var (x, y) = (operands.Vector(Draw(50, "x")), operands.Vector(Draw(50, "y")));
        meter.ResidualForward(y, x, y);
        long before = GC.GetAllocatedBytesForCurrentThread();
        meter.ResidualForward(y, x, y);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }
}

using NUnit.Framework;
using Robustness.Backends.Cpu;
using Robustness.Cli.Bench;

namespace Robustness.Tests.Cli;

/// <summary>The report of <c>bench gemm</c>.</summary>
public sealed class GemmBenchTests
{
    [Test]
    public void ShapesAreSixtyAndDistinct() =>
        Assert.That(GemmBench.Shapes, Has.Count.EqualTo(60).And.Unique);

    [Test]
    public void ReportHoldsEveryShapeAndItsShareOfPeak()
    {
        var report = new GemmBench(TimeProvider.System).Run(1, 256, [(8, 32, 16), (5, 3, 7)]);
        Assert.That(report.Results, Has.Count.EqualTo(2));
        var first = report.Results[0];
        Assert.That((first.M, first.N, first.K, first.Layout), Is.EqualTo((8, 32, 16, "NT")));
        Assert.That(first.PackedGflops, Is.InRange(first.PackedGflopsMin, first.PackedGflopsMax));
        Assert.That(
            first.ShareOfPeak,
            Is.EqualTo(first.PackedGflops / report.PeakGflops).Within(1e-12)
        );
        Assert.That(
            report.Summary.GeometricMeanShareOfPeak,
            Is.EqualTo(Math.Sqrt(first.ShareOfPeak * report.Results[1].ShareOfPeak)).Within(1e-9)
        );
    }

    [Test]
    public void PeakIsPositiveAtEveryWidth([Values(128, 256, 512)] int bits) =>
        Assert.That(FmaPeak.Measure(1, bits), Is.Positive);
}

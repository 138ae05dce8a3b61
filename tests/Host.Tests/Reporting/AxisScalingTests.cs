using NUnit.Framework;
using Robustness.Reporting;

namespace Robustness.Tests.Reporting;

/// <summary>Places, ticks and labels of the four scales.</summary>
public sealed class AxisScalingTests
{
    [Test]
    public void TheLogitAxisHasTheTicksOfTheStudy() =>
        Assert.That(
            Labels(AxisScale.Logit10, -2, 2),
            Is.EqualTo(
                new[] { "0.01", "0.05", "0.1", "0.25", "0.5", "0.75", "0.9", "0.95", "0.99" }
            )
        );

    [Test]
    public void ComputeHasPowersOfTen() =>
        Assert.That(
            Labels(AxisScale.Compute, -7.2, -3.9),
            Is.EqualTo(new[] { "10⁻⁷", "10⁻⁶", "10⁻⁵", "10⁻⁴" })
        );

    [Test]
    public void AShortComputeAxisHasTicksBetween() =>
        Assert.That(
            Labels(AxisScale.Compute, -4.1, -3.2),
            Is.EqualTo(new[] { "10⁻⁴", "2·10⁻⁴", "5·10⁻⁴" })
        );

    [Test]
    public void ALongComputeAxisSkipsDecades() =>
        Assert.That(Labels(AxisScale.Compute, 0, 20).Length, Is.InRange(4, 8));

    [Test]
    public void LinearTicksAreRound() =>
        Assert.That(
            Labels(AxisScale.Linear, 0, 1),
            Is.EqualTo(new[] { "0", "0.2", "0.4", "0.6", "0.8", "1" })
        );

    [TestCase(999.0, "999")]
    [TestCase(6592.0, "6.59k")]
    [TestCase(999_900.0, "1M")]
    [TestCase(7629056.0, "7.63M")]
    [TestCase(11586560000.0, "11.6B")]
    public void CountsAreCompact(double value, string label) =>
        Assert.That(AxisScaling.Compact(value), Is.EqualTo(label));

    [Test]
    public void ValuesWithoutAPlaceAreNotFinite()
    {
        Assert.That(AxisScaling.Place(AxisScale.Logit10, 0), Is.NaN);
        Assert.That(AxisScaling.Place(AxisScale.Logit10, 1), Is.NaN);
        Assert.That(AxisScaling.Place(AxisScale.Compute, 0), Is.NaN);
        Assert.That(AxisScaling.Place(AxisScale.Logit10, 0.9), Is.EqualTo(0.954).Within(1e-3));
    }

    private static string[] Labels(AxisScale scale, double low, double high) =>
        [.. AxisScaling.Ticks(new FigureAxis("", "", scale), low, high).Select(t => t.Label)];
}

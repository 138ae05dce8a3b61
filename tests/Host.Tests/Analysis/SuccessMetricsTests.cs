using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Robustness.Analysis;

namespace Robustness.Tests.Analysis;

/// <summary>Rates, intervals and iteration counts against values worked out by hand.</summary>
public sealed class SuccessMetricsTests
{
    private static readonly double[] s_rates = [0, 0.2, 0.5, 0.5, 0.9];

    [Test]
    public void LaplaceAddsOneSuccessAndOneFailure()
    {
        Assert.That(SuccessMetrics.Laplace(0.5, 200), Is.EqualTo(101.0 / 202));
        Assert.That(SuccessMetrics.Laplace(0, 200), Is.EqualTo(1.0 / 202));
        Assert.That(SuccessMetrics.Laplace(1, 500), Is.EqualTo(501.0 / 502));
    }

    [Test]
    public void LogitHasBaseTen()
    {
        Assert.That(SuccessMetrics.Logit10(10.0 / 11), Is.EqualTo(1).Within(1e-14));
        Assert.That(SuccessMetrics.Logit10(0.5), Is.Zero);
    }

    [TestCase(0, 0.0)]
    [TestCase(0.2, 1.0)] // met exactly
    [TestCase(0.35, 1.5)] // half way from 0.2 to 0.5
    [TestCase(0.5, 2.0)]
    [TestCase(0.7, 3.5)]
    [TestCase(0.95, null)]
    public void IterationsAreInterpolated(double target, double? expected)
    {
        double? found = SuccessMetrics.InterpolatedIteration(s_rates, target);
        if (expected is { } value)
        {
            Assert.That(found, Is.EqualTo(value).Within(1e-12));
        }
        else
        {
            Assert.That(found, Is.Null);
        }
    }

    [TestCase(0, 0)]
    [TestCase(0.2, 1)]
    [TestCase(0.3, 2)]
    [TestCase(0.9, 4)]
    [TestCase(1, null)]
    public void IterationsForSuccessIsTheFirstThatReaches(double d, int? expected) =>
        Assert.That(SuccessMetrics.IterationsForSuccess(s_rates, d), Is.EqualTo(expected));

    [Test]
    public void AverageInitialBreachTakesTheEasiestRows()
    {
        int?[] rows = [7, null, 1, 3];
        Assert.That(SuccessMetrics.AverageInitialBreach(rows, 0), Is.EqualTo(1));
        Assert.That(SuccessMetrics.AverageInitialBreach(rows, 0.5), Is.EqualTo(2));
        Assert.That(SuccessMetrics.AverageInitialBreach(rows, 0.75), Is.EqualTo(11.0 / 3));
        Assert.That(
            SuccessMetrics.AverageInitialBreach(rows, 1),
            Is.EqualTo(double.PositiveInfinity)
        );
        Assert.That(SuccessMetrics.AverageInitialBreach([], 0.5), Is.Null);
    }

    /// <summary>Its ends are the roots p of (rate - p)² = z²·p·(1 - p) / n.</summary>
    [Test]
    public void WilsonEndsSolveTheScoreEquation()
    {
        Prop.ForAll(
                Gen.Choose(1, 2000)
                    .SelectMany(n => Gen.Choose(0, n).Select(k => (K: k, N: n)))
                    .ToArbitrary(),
                c =>
                {
                    double rate = (double)c.K / c.N;
                    var (low, high) = SuccessMetrics.Wilson(rate, c.N)!.Value;
                    return Solves(rate, low, c.N) && Solves(rate, high, c.N) && low < high;
                }
            )
            .QuickCheckThrowOnFailure();
        Assert.That(SuccessMetrics.Wilson(0.5, 0), Is.Null);
    }

    private static bool Solves(double rate, double p, int n)
    {
        double z = SuccessMetrics.Z95;
        double difference = (rate - p) * (rate - p) - z * z * p * (1 - p) / n;
        return p is >= 0 and <= 1 && Math.Abs(difference) < 1e-9;
    }
}

using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Robustness.Analysis;

namespace Robustness.Tests.Analysis;

/// <summary>Least squares, the F test and Akaike's criterion against closed forms.</summary>
public sealed class ScalingFitTests
{
    /// <summary>
    /// Three points, all sums by hand: Sxx = 2, Sxy = 3, residuals 1/6, -1/3, 1/6.
    /// </summary>
    [Test]
    public void ThreePointsByHand()
    {
        ScalingFit fit = ScalingFit.Of([0, 1, 2], [1, 2, 4]);
        Assert.That(fit.Slope, Is.EqualTo(1.5).Within(1e-14));
        Assert.That(fit.Intercept, Is.EqualTo(5.0 / 6).Within(1e-14));
        Assert.That(fit.ResidualSum, Is.EqualTo(1.0 / 6).Within(1e-14));
        Assert.That(fit.R2, Is.EqualTo(27.0 / 28).Within(1e-14));
        Assert.That(fit.SlopeError, Is.EqualTo(Math.Sqrt(1.0 / 12)).Within(1e-14));
        Assert.That(fit.InterceptError, Is.EqualTo(Math.Sqrt(5.0 / 36)).Within(1e-14));
        Assert.That(fit.Count, Is.EqualTo(3));
    }

    [Test]
    public void EqualValuesOfYGiveAFlatLineWithoutR2()
    {
        ScalingFit fit = ScalingFit.Of([1, 2, 3], [0.3, 0.3, 0.3]);
        Assert.That((fit.Slope, fit.Intercept, fit.R2), Is.EqualTo((0.0, 0.3, (double?)null)));
    }

    [Test]
    public void EqualValuesOfXGiveNothing()
    {
        ScalingFit fit = ScalingFit.Of([2, 2, 2], [1, 2, 3]);
        Assert.That(fit, Is.EqualTo(ScalingFit.None(3)));
    }

    [Test]
    public void TooFewPointsGiveTheirCount() =>
        Assert.That(ScalingFit.Of([1, 2], [1, 2], 3), Is.EqualTo(ScalingFit.None(2)));

    /// <summary>Against the normal equations, in integers that doubles hold exactly.</summary>
    [Test]
    public void TheNormalEquationsHold()
    {
        Gen<(int, int)[]> points = Gen.Choose(-1000, 1000).Zip(Gen.Choose(-1000, 1000)).ArrayOf(12);
        Prop.ForAll(
                points.ToArbitrary(),
                pairs =>
                {
                    double[] x = [.. pairs.Select(p => (double)p.Item1)];
                    double[] y = [.. pairs.Select(p => (double)p.Item2)];
                    double n = x.Length;
                    double sx = x.Sum();
                    double sy = y.Sum();
                    double determinant = n * x.Sum(v => v * v) - sx * sx;
                    if (determinant == 0 || y.Distinct().Count() == 1)
                    {
                        return true;
                    }
                    double slope = (n * x.Zip(y, (a, b) => a * b).Sum() - sx * sy) / determinant;
                    ScalingFit fit = ScalingFit.Of(x, y);
                    return Math.Abs(fit.Slope!.Value - slope) < 1e-9 * (1 + Math.Abs(slope))
                        && Math.Abs(fit.Intercept!.Value - (sy - slope * sx) / n) < 1e-6
                        && fit.R2 is >= -1e-12 and <= 1;
                }
            )
            .QuickCheckThrowOnFailure();
    }

    /// <summary>With two degrees of freedom above: P(F > f) = (1 + 2f/d)^(-d/2).</summary>
    [TestCase(0.5, 7)]
    [TestCase(3.0, 10)]
    [TestCase(4000.0, 40)]
    public void TheFDistributionHasItsClosedForm(double f, int d)
    {
        double expected = Math.Pow(1 + 2 * f / d, -d / 2.0);
        Assert.That(NestedModels.UpperTail(f, 2, d), Is.EqualTo(expected).Within(1e-10 * expected));
    }

    [Test]
    public void ALineIsHeldAgainstAConstant()
    {
        ScalingFit fit = ScalingFit.Of([0, 1, 2], [1, 2, 4]);
        NestedModels test = NestedModels.LineAgainstConstant(fit);
        Assert.That(test.FStatistic, Is.EqualTo(27).Within(1e-9));
        // One and one degrees of freedom: t = √F is Cauchy.
        double p = 1 - 2 / Math.PI * Math.Atan(Math.Sqrt(27));
        Assert.That(test.PValue, Is.EqualTo(p).Within(1e-9));
        Assert.That(test.AicSmaller, Is.EqualTo(3 * Math.Log(14.0 / 9) + 4).Within(1e-12));
        Assert.That(test.AicLarger, Is.EqualTo(3 * Math.Log(1.0 / 18) + 6).Within(1e-9));
    }

    [Test]
    public void APerfectLineHasNoTest() =>
        Assert.That(
            NestedModels.LineAgainstConstant(ScalingFit.Of([0, 1, 2], [0, 1, 2])).PValue,
            Is.Null
        );
}

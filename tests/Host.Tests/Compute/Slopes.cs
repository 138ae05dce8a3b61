using NUnit.Framework;

namespace Robustness.Tests.Compute;

/// <summary>Gradients against central differences, both in double.</summary>
internal static class Slopes
{
    private const double Step = 1e-5;

    /// <summary>Fails unless a gradient is the slope of Σ weight · function.</summary>
    public static void Check(
        string name,
        double[] gradient,
        double[] at,
        double[] weight,
        Func<double[], double[]> function
    )
    {
        for (int i = 0; i < at.Length; i++)
        {
            double[] up = [.. at];
            double[] down = [.. at];
            up[i] += Step;
            down[i] -= Step;
            double slope = (Weighted(function(up)) - Weighted(function(down))) / (2 * Step);
            Assert.That(gradient[i], Is.EqualTo(slope).Within(1e-7), $"{name}[{i}]");
        }

        double Weighted(double[] y) => y.Zip(weight, (a, b) => a * b).Sum();
    }
}

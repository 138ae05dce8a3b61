using System.Numerics;
using MathNet.Numerics;

namespace Robustness.Tests.Compute;

/// <summary>
/// The row operations as their definitions say, in any precision: in double the reference, in
/// f32 the plain loop that errors are measured by.
/// </summary>
internal static class RowDefinitions
{
    /// <summary>Layer norm of x [rows, C].</summary>
    public static F[] LayerNorm<F>(F[] x, F[] gamma, F[] beta, F epsilon)
        where F : IFloatingPointIeee754<F>
    {
        int c = gamma.Length;
        var y = new F[x.Length];
        for (int n = 0; n < x.Length; n += c)
        {
            var (mean, rstd) = Moments(x, n, c, epsilon);
            for (int j = 0; j < c; j++)
            {
                y[n + j] = ((x[n + j] - mean) * rstd * gamma[j]) + beta[j];
            }
        }
        return y;
    }

    /// <summary>The gradients of Σ dY · layer norm.</summary>
    public static (F[] X, F[] Gamma, F[] Beta) LayerNormGradients<F>(
        F[] dY,
        F[] x,
        F[] gamma,
        F epsilon
    )
        where F : IFloatingPointIeee754<F>
    {
        int c = gamma.Length;
        var width = F.CreateChecked(c);
        var (dX, dGamma, dBeta) = (new F[x.Length], new F[c], new F[c]);
        for (int n = 0; n < x.Length; n += c)
        {
            var (mean, rstd) = Moments(x, n, c, epsilon);
            var (sum, sumOfProducts) = (F.Zero, F.Zero);
            for (int j = 0; j < c; j++)
            {
                var (d, h) = (dY[n + j], (x[n + j] - mean) * rstd);
                dGamma[j] += d * h;
                dBeta[j] += d;
                sum += d * gamma[j];
                sumOfProducts += d * gamma[j] * h;
            }
            for (int j = 0; j < c; j++)
            {
                var h = (x[n + j] - mean) * rstd;
                var g = dY[n + j] * gamma[j];
                dX[n + j] = rstd * (g - (sum / width) - (h * (sumOfProducts / width)));
            }
        }
        return (dX, dGamma, dBeta);
    }

    /// <summary>x · Φ(x).</summary>
    public static F[] Gelu<F>(F[] x)
        where F : IFloatingPointIeee754<F> => Array.ConvertAll(x, v => v * NormalCdf(v));

    /// <summary>dY · (Φ(x) + x · φ(x)).</summary>
    public static F[] GeluGradient<F>(F[] dY, F[] x)
        where F : IFloatingPointIeee754<F>
    {
        var half = F.CreateChecked(0.5);
        var scale = F.CreateChecked(1 / Math.Sqrt(2 * Math.PI));
        var dX = new F[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            var density = F.Exp(-half * x[i] * x[i]) * scale;
            dX[i] = dY[i] * (NormalCdf(x[i]) + (x[i] * density));
        }
        return dX;
    }

    /// <summary>One row of heads turned to a position.</summary>
    public static F[] Rotary<F>(F[] row, F[] cosines, F[] sines, int headSize)
        where F : IFloatingPointIeee754<F>
    {
        int half = cosines.Length;
        F[] y = [.. row];
        for (int head = 0; head < row.Length; head += headSize)
        {
            for (int j = 0; j < half; j++)
            {
                var (a, b) = (row[head + j], row[head + half + j]);
                y[head + j] = (a * cosines[j]) - (b * sines[j]);
                y[head + half + j] = (b * cosines[j]) + (a * sines[j]);
            }
        }
        return y;
    }

    private static F NormalCdf<F>(F x)
        where F : IFloatingPointIeee754<F>
    {
        var half = F.CreateChecked(0.5);
        var erf = F.CreateChecked(SpecialFunctions.Erf(double.CreateChecked(x * F.Sqrt(half))));
        return half * (F.One + erf);
    }

    private static (F Mean, F Rstd) Moments<F>(F[] x, int n, int c, F epsilon)
        where F : IFloatingPointIeee754<F>
    {
        var width = F.CreateChecked(c);
        var (sum, squares) = (F.Zero, F.Zero);
        for (int j = 0; j < c; j++)
        {
            sum += x[n + j];
        }
        var mean = sum / width;
        for (int j = 0; j < c; j++)
        {
            squares += (x[n + j] - mean) * (x[n + j] - mean);
        }
        return (mean, F.One / F.Sqrt((squares / width) + epsilon));
    }
}

using System.Numerics;

namespace Robustness.Tests.Compute;

/// <summary>RMS norm and SwiGLU as their definitions say, in any precision.</summary>
internal static class GatedDefinitions
{
    /// <summary>RMS norm of x [rows, C].</summary>
    public static F[] RmsNorm<F>(F[] x, F[] gamma, F epsilon)
        where F : IFloatingPointIeee754<F>
    {
        int c = gamma.Length;
        var y = new F[x.Length];
        for (int n = 0; n < x.Length; n += c)
        {
            var rstd = Rstd(x, n, c, epsilon);
            for (int j = 0; j < c; j++)
            {
                y[n + j] = x[n + j] * rstd * gamma[j];
            }
        }
        return y;
    }

    /// <summary>The gradients of Σ dY · RMS norm.</summary>
    public static (F[] X, F[] Gamma) RmsNormGradients<F>(F[] dY, F[] x, F[] gamma, F epsilon)
        where F : IFloatingPointIeee754<F>
    {
        int c = gamma.Length;
        var width = F.CreateChecked(c);
        var (dX, dGamma) = (new F[x.Length], new F[c]);
        for (int n = 0; n < x.Length; n += c)
        {
            var rstd = Rstd(x, n, c, epsilon);
            var sum = F.Zero;
            for (int j = 0; j < c; j++)
            {
                dGamma[j] += dY[n + j] * x[n + j] * rstd;
                sum += dY[n + j] * gamma[j] * x[n + j] * rstd;
            }
            for (int j = 0; j < c; j++)
            {
                var h = x[n + j] * rstd;
                dX[n + j] = rstd * ((dY[n + j] * gamma[j]) - (h * (sum / width)));
            }
        }
        return (dX, dGamma);
    }

    /// <summary>silu(gate) · up.</summary>
    public static F[] Swiglu<F>(F[] gate, F[] up)
        where F : IFloatingPointIeee754<F> => [.. gate.Zip(up, (g, u) => g * Sigmoid(g) * u)];

    /// <summary>The gradients of Σ dY · SwiGLU.</summary>
    public static (F[] Gate, F[] Up) SwigluGradients<F>(F[] dY, F[] gate, F[] up)
        where F : IFloatingPointIeee754<F>
    {
        var (dGate, dUp) = (new F[dY.Length], new F[dY.Length]);
        for (int i = 0; i < dY.Length; i++)
        {
            var s = Sigmoid(gate[i]);
            dGate[i] = dY[i] * up[i] * s * (F.One + (gate[i] * (F.One - s)));
            dUp[i] = dY[i] * gate[i] * s;
        }
        return (dGate, dUp);
    }

    private static F Sigmoid<F>(F x)
        where F : IFloatingPointIeee754<F> => F.One / (F.One + F.Exp(-x));

    private static F Rstd<F>(F[] x, int n, int c, F epsilon)
        where F : IFloatingPointIeee754<F>
    {
        var squares = F.Zero;
        for (int j = 0; j < c; j++)
        {
            squares += x[n + j] * x[n + j];
        }
        return F.One / F.Sqrt((squares / F.CreateChecked(c)) + epsilon);
    }
}

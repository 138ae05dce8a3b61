using MathNet.Numerics;
using NUnit.Framework;
using Robustness.Backends.Cpu;

namespace Robustness.Tests.Compute;

/// <summary>Elementwise functions: errors against double, same bits at every width.</summary>
public sealed unsafe class VectorMathTests
{
    private const int Count = 40_000;

    private delegate void Function(float* y, float* x);

    [Test]
    public void ExpIsWithinOneUlp()
    {
        float[] x = Grid(-86.99f, 88f);
        float[] y = Map(x, Exp<Lanes1>);
        double worst = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double exact = Math.Exp(x[i]);
            worst = Math.Max(worst, Math.Abs(y[i] - exact) / Ulp((float)exact));
        }
        Assert.That(worst, Is.LessThan(1));
    }

    [Test]
    public void ExpIsZeroFarBelowAndFiniteFarAbove()
    {
        float[] x = [float.NegativeInfinity, -1e30f, -88f, 0f, 1e30f, float.PositiveInfinity];
        float[] y = Map(x, Exp<Lanes1>);
        Assert.That(y[..4], Is.EqualTo([0f, 0f, 0f, 1f]));
        Assert.That(y[4], Is.EqualTo((float)Math.Exp(88)).Within(1).Ulps);
        Assert.That(y[5], Is.EqualTo(y[4]));
    }

    [Test]
    public void NormalCdfHasItsStatedErrors()
    {
        float[] x = Grid(-12.9f, 12.9f);
        float[] y = Map(x, NormalCdf<Lanes1>);
        for (int i = 0; i < x.Length; i++)
        {
            double exact = 0.5 * SpecialFunctions.Erfc(-x[i] / Math.Sqrt(2));
            Assert.That(y[i], Is.EqualTo(exact).Within(1.5e-7));
            if (x[i] < 0)
            {
                Assert.That(y[i] / exact, Is.EqualTo(1).Within(6e-7), $"at {x[i]}");
            }
        }
    }

    [Test]
    public void GeluAndItsDerivativeAreWithinTwoUlpOfTheirScale()
    {
        float[] x = Grid(-8f, 8f);
        float[] y = Map(x, Gelu<Lanes1>);
        float[] d = Map(x, GeluDerivative<Lanes1>);
        for (int i = 0; i < x.Length; i++)
        {
            double cdf = 0.5 * SpecialFunctions.Erfc(-x[i] / Math.Sqrt(2));
            double density = Math.Exp(-0.5 * x[i] * x[i]) / Math.Sqrt(2 * Math.PI);
            double scale = Math.Max(1, Math.Abs(x[i]));
            Assert.That(y[i], Is.EqualTo(x[i] * cdf).Within(1.2e-7 * scale), $"at {x[i]}");
            Assert.That(d[i], Is.EqualTo(cdf + (x[i] * density)).Within(2.4e-7), $"at {x[i]}");
        }
    }

    [Test]
    public void EveryWidthGivesTheBitsOfOneLane()
    {
        float[] x = Grid(-90f, 90f);
        Same(x, Exp<Lanes1>, Exp<Lanes128>, Exp<Lanes256>, Exp<Lanes512>);
        x = Grid(-14f, 14f);
        Same(x, Gelu<Lanes1>, Gelu<Lanes128>, Gelu<Lanes256>, Gelu<Lanes512>);
        Same(
            x,
            GeluDerivative<Lanes1>,
            GeluDerivative<Lanes128>,
            GeluDerivative<Lanes256>,
            GeluDerivative<Lanes512>
        );
    }

    private static void Exp<T>(float* y, float* x)
        where T : struct, ILanes<T> => Each<T>(y, x, VectorMath.Exp);

    private static void NormalCdf<T>(float* y, float* x)
        where T : struct, ILanes<T> => Each<T>(y, x, v => VectorMath.NormalCdf(v, out _));

    private static void Gelu<T>(float* y, float* x)
        where T : struct, ILanes<T> => Each<T>(y, x, VectorMath.Gelu);

    private static void GeluDerivative<T>(float* y, float* x)
        where T : struct, ILanes<T> => Each<T>(y, x, VectorMath.GeluDerivative);

    private static void Each<T>(float* y, float* x, Func<T, T> function)
        where T : struct, ILanes<T>
    {
        for (int i = 0; i < Count; i += T.Count)
        {
            function(T.Load(x + i)).Store(y + i);
        }
    }

    private static void Same(float[] x, Function first, params Function[] others)
    {
        float[] expected = Map(x, first);
        foreach (var other in others)
        {
            Assert.That(Map(x, other).AsSpan().SequenceEqual(expected), other.Method.ToString());
        }
    }

    private static float[] Map(float[] x, Function function)
    {
        float[] padded = new float[Count];
        float[] y = new float[Count];
        x.CopyTo(padded, 0);
        fixed (float* from = padded)
        fixed (float* to = y)
        {
            function(to, from);
        }
        return y[..x.Length];
    }

    private static float[] Grid(float from, float to)
    {
        float[] x = new float[Count];
        for (int i = 0; i < Count; i++)
        {
            x[i] = from + ((to - from) * i / (Count - 1));
        }
        return x;
    }

    private static double Ulp(float x) => (double)MathF.BitIncrement(x) - x;
}

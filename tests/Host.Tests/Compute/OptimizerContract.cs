using NUnit.Framework;
using Robustness.Compute;
using static Robustness.Tests.Compute.Operands;

namespace Robustness.Tests.Compute;

/// <summary>What every backend's optimisers and sums of squares must do.</summary>
[TestFixtureSource(typeof(Backends), nameof(Backends.Available))]
public sealed class OptimizerContract(BackendUnderTest backend)
{
    private const int StepCount = 3;

    [TestCase(1, 1)]
    [TestCase(3, 33)]
    [TestCase(61, 512)]
    public void AdamWFollowsItsDefinition(int rows, int width)
    {
        float[] weight = Draw(rows * width, "weight");
        float[][] ours = AdamW(backend, weight, rows);
        var naive = (Weight: weight, M: new float[weight.Length], V: new float[weight.Length]);
        var exact = (Weight: Wide(weight), M: Wide(naive.M), V: Wide(naive.V));
        for (int t = 1; t <= StepCount; t++)
        {
            float[] g = Draw(weight.Length, $"gradient {t}");
            naive = OptimizerDefinitions.AdamW(naive, g, AdamStep(t));
            exact = OptimizerDefinitions.AdamW(exact, Wide(g), AdamStep(t));
        }
        Tolerance.Check("weight", ours[0], exact.Weight, Wide(naive.Weight), Tolerance.Forward);
        Tolerance.Check("m", ours[1], exact.M, Wide(naive.M), Tolerance.Forward);
        Tolerance.Check("v", ours[2], exact.V, Wide(naive.V), Tolerance.Forward);
        Assert.That(ours, Is.EqualTo(AdamW(Plain, weight, rows)), "bits of the plain variant");
    }

    [TestCase(1, 1, 1f)]
    [TestCase(3, 33, 0.1f)]
    [TestCase(300, 130, 1f)]
    [TestCase(300, 130, 0.01f)]
    public void AdafactorOfAMatrixFollowsItsDefinition(int rows, int width, float clip)
    {
        float[] weight = Draw(rows * width, "weight");
        float[][] ours = Adafactor(backend, weight, rows, clip);
        var naive = (Weight: weight, Rows: new float[rows], Columns: new float[width]);
        var exact = (Weight: Wide(weight), Rows: new double[rows], Columns: new double[width]);
        for (int t = 1; t <= StepCount; t++)
        {
            float[] g = Draw(weight.Length, $"gradient {t}");
            naive = OptimizerDefinitions.AdafactorMatrix(naive, g, FactorStep(t, clip));
            exact = OptimizerDefinitions.AdafactorMatrix(exact, Wide(g), FactorStep(t, clip));
        }
        Tolerance.Check("weight", ours[0], exact.Weight, Wide(naive.Weight), Tolerance.Forward);
        Tolerance.Check("row moments", ours[1], exact.Rows, Wide(naive.Rows), Tolerance.Forward);
        Tolerance.Check(
            "column moments",
            ours[2],
            exact.Columns,
            Wide(naive.Columns),
            Tolerance.Forward
        );
        Assert.That(
            ours,
            Is.EqualTo(Adafactor(Plain, weight, rows, clip)),
            "bits of the plain one"
        );
    }

    [TestCase(1)]
    [TestCase(33)]
    [TestCase(9001)]
    public void AdafactorOfAVectorFollowsItsDefinition(int n)
    {
        float[] weight = Draw(n, "weight");
        float[][] ours = Adafactor(backend, weight, rows: 0, clip: 1);
        var naive = (Weight: weight, Moments: new float[n]);
        var exact = (Weight: Wide(weight), Moments: new double[n]);
        for (int t = 1; t <= StepCount; t++)
        {
            float[] g = Draw(n, $"gradient {t}");
            naive = OptimizerDefinitions.AdafactorVector(naive, g, FactorStep(t, 1));
            exact = OptimizerDefinitions.AdafactorVector(exact, Wide(g), FactorStep(t, 1));
        }
        Tolerance.Check("weight", ours[0], exact.Weight, Wide(naive.Weight), Tolerance.Forward);
        Tolerance.Check("moments", ours[1], exact.Moments, Wide(naive.Moments), Tolerance.Forward);
        Assert.That(ours, Is.EqualTo(Adafactor(Plain, weight, 0, 1)), "bits of the plain variant");
    }

    [Test]
    public void AGradientOfZeroMovesNothing()
    {
        using var operands = new Operands(backend);
        float[] weight = Draw(12, "weight");
        var w = operands.Matrix(weight, 3);
        var (r, c) = (operands.Vector(new float[3]), operands.Vector(new float[4]));
        operands.Backend.Adafactor(w, r, c, operands.Matrix(new float[12], 3), FactorStep(1, 1));
        Assert.That(operands.Read(w), Is.EqualTo(weight));
    }

    [TestCase(1)]
    [TestCase(4097)]
    [TestCase(70_001)]
    public void SumsOfSquaresAreOfDoublePrecision(int n)
    {
        float[] x = Draw(n, "x");
        double exact = Wide(x).Sum(v => v * v);
        double ours = SumOfSquares(backend, x);
        Assert.That(ours, Is.EqualTo(exact).Within(1e-13 * exact));
        Assert.That(ours, Is.EqualTo(SumOfSquares(Plain, x)), "bits of the plain variant");
    }

    private static AdamWStep AdamStep(int t) => new(1e-2f, 0.9f, 0.999f, 1e-8f, 0.1f, t, 0.5f);

    private static AdafactorStep FactorStep(int t, float clip) =>
        new(1e-2f, 1e-30f, clip, -0.8f, t, 0.5f);

    private static double SumOfSquares(BackendUnderTest variant, float[] x)
    {
        using var operands = new Operands(variant);
        return operands.Backend.SumOfSquares(operands.Vector(x));
    }

    private static float[][] AdamW(BackendUnderTest variant, float[] weight, int rows)
    {
        using var operands = new Operands(variant);
        var w = operands.Matrix(weight, rows);
        var m = operands.Matrix(new float[weight.Length], rows);
        var v = operands.Matrix(new float[weight.Length], rows);
        for (int t = 1; t <= StepCount; t++)
        {
            var g = operands.Matrix(Draw(weight.Length, $"gradient {t}"), rows);
            operands.Backend.AdamW(w, m, v, g, AdamStep(t));
        }
        return [operands.Read(w), operands.Read(m), operands.Read(v)];
    }

    // Rows 0: a vector.
    private static float[][] Adafactor(
        BackendUnderTest variant,
        float[] weight,
        int rows,
        float clip
    )
    {
        using var operands = new Operands(variant);
        var w = Parameter(weight);
        var first = operands.Vector(new float[rows == 0 ? weight.Length : rows]);
        var second = rows == 0 ? Tensor.None : operands.Vector(new float[weight.Length / rows]);
        for (int t = 1; t <= StepCount; t++)
        {
            var g = Parameter(Draw(weight.Length, $"gradient {t}"));
            operands.Backend.Adafactor(w, first, second, g, FactorStep(t, clip));
        }
        return rows == 0
            ? [operands.Read(w), operands.Read(first)]
            : [operands.Read(w), operands.Read(first), operands.Read(second)];

        Tensor Parameter(float[] values) =>
            rows == 0 ? operands.Vector(values) : operands.Matrix(values, rows);
    }
}

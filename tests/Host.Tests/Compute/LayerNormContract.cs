using NUnit.Framework;
using Robustness.Compute;
using static Robustness.Tests.Compute.Operands;

namespace Robustness.Tests.Compute;

/// <summary>What every backend's layer norm must do.</summary>
[TestFixtureSource(typeof(Backends), nameof(Backends.OfLayers))]
public sealed class LayerNormContract(BackendUnderTest backend)
{
    private const float Epsilon = 1e-5f;

    [TestCase(1, 1)]
    [TestCase(3, 33)]
    [TestCase(517, 128)]
    [TestCase(20, 300)]
    public void ForwardMatchesTheDefinition(int rows, int width)
    {
        var (x, gamma, beta) = Inputs(rows, width);
        float[] ours = Forward(backend, x, gamma, beta);
        float[] naive = RowDefinitions.LayerNorm(x, gamma, beta, Epsilon);
        double[] exact = RowDefinitions.LayerNorm(Wide(x), Wide(gamma), Wide(beta), Epsilon);
        Tolerance.Check("y", ours, exact, Wide(naive), Tolerance.Forward);
        Assert.That(ours, Is.EqualTo(Forward(backend.Twin, x, gamma, beta)), "bits of its twin");
    }

    [TestCase(1, 1)]
    [TestCase(3, 33)]
    [TestCase(517, 128)]
    [TestCase(20, 300)]
    [TestCase(2100, 20)]
    public void BackwardMatchesTheDefinitionAndAdds(int rows, int width)
    {
        var (x, gamma, beta) = Inputs(rows, width);
        float[] dY = Draw(x.Length, "dY");
        var ours = Backward(backend, dY, x, gamma, beta, initial: 0);
        var naive = RowDefinitions.LayerNormGradients(dY, x, gamma, Epsilon);
        var exact = RowDefinitions.LayerNormGradients<double>(
            Wide(dY),
            Wide(x),
            Wide(gamma),
            Epsilon
        );
        Tolerance.Check("dX", ours.X, exact.X, Wide(naive.X), Tolerance.Backward);
        Tolerance.Check("dGamma", ours.Gamma, exact.Gamma, Wide(naive.Gamma), Tolerance.Backward);
        Tolerance.Check("dBeta", ours.Beta, exact.Beta, Wide(naive.Beta), Tolerance.Backward);

        var plain = Backward(backend.Twin, dY, x, gamma, beta, initial: 0);
        Assert.That(ours.X, Is.EqualTo(plain.X), "bits of dX");
        Assert.That(ours.Gamma, Is.EqualTo(plain.Gamma), "bits of dGamma");
        Assert.That(ours.Beta, Is.EqualTo(plain.Beta), "bits of dBeta");

        var added = Backward(backend, dY, x, gamma, beta, initial: 64);
        Assert.That(added.X, Is.EqualTo(ours.X.Select(v => v + 64)).Within(1e-5));
        Assert.That(added.Gamma, Is.EqualTo(ours.Gamma.Select(v => v + 64)).Within(3e-4));
        Assert.That(added.Beta, Is.EqualTo(ours.Beta.Select(v => v + 64)).Within(3e-4));
    }

    [Test]
    public void GradientsAreSlopes()
    {
        var (x, gamma, beta) = (Wide(Draw(15, "x")), Wide(Draw(5, "gamma")), Wide(Draw(5, "beta")));
        double[] dY = Wide(Draw(15, "dY"));
        var d = RowDefinitions.LayerNormGradients<double>(dY, x, gamma, Epsilon);
        Slopes.Check("dX", d.X, x, dY, v => RowDefinitions.LayerNorm(v, gamma, beta, Epsilon));
        Slopes.Check(
            "dGamma",
            d.Gamma,
            gamma,
            dY,
            v => RowDefinitions.LayerNorm(x, v, beta, Epsilon)
        );
        Slopes.Check(
            "dBeta",
            d.Beta,
            beta,
            dY,
            v => RowDefinitions.LayerNorm(x, gamma, v, Epsilon)
        );
    }

    [Test]
    public void ALargeMeanDoesNotSwallowTheVariance()
    {
        float[] x = [.. Draw(256, "x").Select(v => v + 1000)];
        float[] ones = [.. Enumerable.Repeat(1f, 256)];
        float[] y = Forward(backend, x, ones, new float[256]);
        double[] exact = RowDefinitions.LayerNorm(Wide(x), Wide(ones), new double[256], Epsilon);
        Assert.That(y, Is.EqualTo(exact).Within(1e-3));
    }

    [Test]
    public void ShapesAreChecked()
    {
        using var operands = new Operands(backend);
        var x = operands.Matrix(Draw(12, "x"), 3);
        var gamma = operands.Vector(Draw(5, "gamma"));
        Assert.That(
            () => operands.Layers.LayerNormForward(x, Tensor.None, Tensor.None, x, gamma, gamma, 0),
            Throws.ArgumentException.With.Message.Contains("[5]").And.Message.Contains("[4]")
        );
    }

    private static (float[] X, float[] Gamma, float[] Beta) Inputs(int rows, int width) =>
        (Draw(rows * width, "x", 3), Draw(width, "gamma"), Draw(width, "beta"));

    private static float[] Forward(BackendUnderTest variant, float[] x, float[] gamma, float[] beta)
    {
        using var operands = new Operands(variant);
        var input = operands.Matrix(x, x.Length / gamma.Length);
        var y = operands.Output(input.Shape);
        var (g, b) = (operands.Vector(gamma), operands.Vector(beta));
        operands.Layers.LayerNormForward(y, Tensor.None, Tensor.None, input, g, b, Epsilon);
        return operands.Read(y);
    }

    private static (float[] X, float[] Gamma, float[] Beta) Backward(
        BackendUnderTest variant,
        float[] dY,
        float[] x,
        float[] gamma,
        float[] beta,
        float initial
    )
    {
        using var operands = new Operands(variant);
        int rows = x.Length / gamma.Length;
        var input = operands.Matrix(x, rows);
        var (g, b) = (operands.Vector(gamma), operands.Vector(beta));
        var (mean, rstd) = (operands.Output(new Shape(rows)), operands.Output(new Shape(rows)));
        var y = operands.Output(input.Shape);
        operands.Layers.LayerNormForward(y, mean, rstd, input, g, b, Epsilon);
        var dX = operands.Matrix([.. Enumerable.Repeat(initial, x.Length)], rows);
        var dGamma = operands.Vector([.. Enumerable.Repeat(initial, gamma.Length)]);
        var dBeta = operands.Vector([.. Enumerable.Repeat(initial, gamma.Length)]);
        var d = operands.Matrix(dY, rows);
        operands.Layers.LayerNormBackward(dX, dGamma, dBeta, d, input, mean, rstd, g);
        return (operands.Read(dX), operands.Read(dGamma), operands.Read(dBeta));
    }
}

using NUnit.Framework;
using Robustness.Compute;
using static Robustness.Tests.Compute.Operands;

namespace Robustness.Tests.Compute;

/// <summary>What every backend's RMS norm must do.</summary>
[TestFixtureSource(typeof(Backends), nameof(Backends.OfLayers))]
public sealed class RmsNormContract(BackendUnderTest backend)
{
    private const float Epsilon = 1e-5f;

    [TestCase(1, 1)]
    [TestCase(3, 33)]
    [TestCase(517, 128)]
    [TestCase(20, 300)]
    public void ForwardMatchesTheDefinition(int rows, int width)
    {
        var (x, gamma) = Inputs(rows, width);
        float[] ours = Forward(backend, x, gamma);
        float[] naive = GatedDefinitions.RmsNorm(x, gamma, Epsilon);
        double[] exact = GatedDefinitions.RmsNorm(Wide(x), Wide(gamma), Epsilon);
        Tolerance.Check("y", ours, exact, Wide(naive), Tolerance.Forward);
        Assert.That(ours, Is.EqualTo(Forward(backend.Twin, x, gamma)), "bits of its twin");
    }

    [TestCase(1, 1)]
    [TestCase(3, 33)]
    [TestCase(517, 128)]
    [TestCase(20, 300)]
    public void BackwardMatchesTheDefinitionAndAdds(int rows, int width)
    {
        var (x, gamma) = Inputs(rows, width);
        float[] dY = Draw(x.Length, "dY");
        var ours = Backward(backend, dY, x, gamma, initial: 0);
        var naive = GatedDefinitions.RmsNormGradients(dY, x, gamma, Epsilon);
        var exact = GatedDefinitions.RmsNormGradients<double>(
            Wide(dY),
            Wide(x),
            Wide(gamma),
            Epsilon
        );
        Tolerance.Check("dX", ours.X, exact.X, Wide(naive.X), Tolerance.Backward);
        Tolerance.Check("dGamma", ours.Gamma, exact.Gamma, Wide(naive.Gamma), Tolerance.Backward);

        var twin = Backward(backend.Twin, dY, x, gamma, initial: 0);
        Assert.That(ours.X, Is.EqualTo(twin.X), "bits of dX");
        Assert.That(ours.Gamma, Is.EqualTo(twin.Gamma), "bits of dGamma");

        var added = Backward(backend, dY, x, gamma, initial: 64);
        Assert.That(added.X, Is.EqualTo(ours.X.Select(v => v + 64)).Within(1e-5));
        Assert.That(added.Gamma, Is.EqualTo(ours.Gamma.Select(v => v + 64)).Within(3e-4));
    }

    [Test]
    public void GradientsAreSlopes()
    {
        var (x, gamma) = (Wide(Draw(15, "x")), Wide(Draw(5, "gamma")));
        double[] dY = Wide(Draw(15, "dY"));
        var d = GatedDefinitions.RmsNormGradients<double>(dY, x, gamma, Epsilon);
        Slopes.Check("dX", d.X, x, dY, v => GatedDefinitions.RmsNorm(v, gamma, Epsilon));
        Slopes.Check("dGamma", d.Gamma, gamma, dY, v => GatedDefinitions.RmsNorm(x, v, Epsilon));
    }

    [Test]
    public void ShapesAreChecked()
    {
        using var operands = new Operands(backend);
        var x = operands.Matrix(Draw(12, "x"), 3);
        var gamma = operands.Vector(Draw(5, "gamma"));
        Assert.That(
            () => operands.Layers.RmsNormForward(x, Tensor.None, x, gamma, 0),
            Throws.ArgumentException.With.Message.Contains("[5]").And.Message.Contains("[4]")
        );
    }

    private static (float[] X, float[] Gamma) Inputs(int rows, int width) =>
        (Draw(rows * width, "x", 3), Draw(width, "gamma"));

    private static float[] Forward(BackendUnderTest variant, float[] x, float[] gamma)
    {
        using var operands = new Operands(variant);
        var input = operands.Matrix(x, x.Length / gamma.Length);
        var y = operands.Output(input.Shape);
        var g = operands.Vector(gamma);
        operands.Layers.RmsNormForward(y, Tensor.None, input, g, Epsilon);
        return operands.Read(y);
    }

    private static (float[] X, float[] Gamma) Backward(
        BackendUnderTest variant,
        float[] dY,
        float[] x,
        float[] gamma,
        float initial
    )
    {
        using var operands = new Operands(variant);
        int rows = x.Length / gamma.Length;
        var input = operands.Matrix(x, rows);
        var g = operands.Vector(gamma);
        var rstd = operands.Output(new Shape(rows));
        var y = operands.Output(input.Shape);
        operands.Layers.RmsNormForward(y, rstd, input, g, Epsilon);
        var dX = operands.Matrix([.. Enumerable.Repeat(initial, x.Length)], rows);
        var dGamma = operands.Vector([.. Enumerable.Repeat(initial, gamma.Length)]);
        operands.Layers.RmsNormBackward(dX, dGamma, operands.Matrix(dY, rows), input, rstd, g);
        return (operands.Read(dX), operands.Read(dGamma));
    }
}

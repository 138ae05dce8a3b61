using NUnit.Framework;
using Robustness.Compute;
using static Robustness.Tests.Compute.Operands;

namespace Robustness.Tests.Compute;

/// <summary>What every backend's GELU must do.</summary>
[TestFixtureSource(typeof(Backends), nameof(Backends.OfLayers))]
public sealed class GeluContract(BackendUnderTest backend)
{
    [TestCase(1, 1)]
    [TestCase(3, 33)]
    [TestCase(40, 512)]
    [TestCase(5, 300)]
    public void ForwardMatchesTheDefinition(int rows, int width)
    {
        float[] x = Draw(rows * width, "x", 6);
        float[] ours = Forward(backend, x, rows);
        var (naive, exact) = (RowDefinitions.Gelu(x), RowDefinitions.Gelu(Wide(x)));
        Tolerance.Check("y", ours, exact, Wide(naive), Tolerance.Forward);
        Assert.That(ours, Is.EqualTo(Forward(backend.Twin, x, rows)), "bits of its twin");
    }

    [TestCase(1, 1)]
    [TestCase(3, 33)]
    [TestCase(40, 512)]
    [TestCase(5, 300)]
    public void BackwardMatchesTheDefinitionInPlace(int rows, int width)
    {
        float[] x = Draw(rows * width, "x", 6);
        float[] dY = Draw(x.Length, "dY");
        float[] ours = Backward(backend, dY, x, rows);
        float[] naive = RowDefinitions.GeluGradient(dY, x);
        double[] exact = RowDefinitions.GeluGradient(Wide(dY), Wide(x));
        Tolerance.Check("dX", ours, exact, Wide(naive), Tolerance.Backward);
        Assert.That(ours, Is.EqualTo(Backward(backend.Twin, dY, x, rows)), "bits of its twin");
    }

    [Test]
    public void TheGradientIsTheSlope()
    {
        var (x, dY) = (Wide(Draw(21, "x", 4)), Wide(Draw(21, "dY")));
        Slopes.Check("dX", RowDefinitions.GeluGradient(dY, x), x, dY, RowDefinitions.Gelu);
    }

    [TestCase(21)]
    [TestCase(100)]
    [TestCase(300)]
    public void TheBiasIsAddedFirst(int width)
    {
        using var operands = new Operands(backend);
        float[] x = Draw(3 * width, "x", 6);
        float[] bias = Draw(width, "bias");
        float[] sum = [.. x.Select((v, i) => v + bias[i % width])];
        var y = operands.Output(new Shape(3, width));
        operands.Layers.GeluForward(y, operands.Matrix(x, 3), operands.Vector(bias));
        Assert.That(operands.Read(y), Is.EqualTo(Forward(backend, sum, 3)));
    }

    private static float[] Forward(BackendUnderTest variant, float[] x, int rows)
    {
        using var operands = new Operands(variant);
        var input = operands.Matrix(x, rows);
        var y = operands.Output(input.Shape);
        operands.Layers.GeluForward(y, input, Tensor.None);
        return operands.Read(y);
    }

    private static float[] Backward(BackendUnderTest variant, float[] dY, float[] x, int rows)
    {
        using var operands = new Operands(variant);
        var d = operands.Matrix(dY, rows);
        operands.Layers.GeluBackward(d, d, operands.Matrix(x, rows));
        return operands.Read(d);
    }
}

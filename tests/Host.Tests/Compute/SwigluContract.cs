using NUnit.Framework;
using Robustness.Compute;
using static Robustness.Tests.Compute.Operands;

namespace Robustness.Tests.Compute;

/// <summary>What every backend's gated activation must do.</summary>
[TestFixtureSource(typeof(Backends), nameof(Backends.OfLayers))]
public sealed class SwigluContract(BackendUnderTest backend)
{
    [TestCase(1, 1)]
    [TestCase(3, 33)]
    [TestCase(40, 512)]
    public void ForwardMatchesTheDefinition(int rows, int width)
    {
        var (gate, up, _) = Inputs(rows * width);
        float[] ours = Forward(backend, gate, up, rows);
        float[] naive = GatedDefinitions.Swiglu(gate, up);
        double[] exact = GatedDefinitions.Swiglu(Wide(gate), Wide(up));
        Tolerance.Check("y", ours, exact, Wide(naive), Tolerance.Forward);
        Assert.That(ours, Is.EqualTo(Forward(backend.Twin, gate, up, rows)), "bits of its twin");
    }

    [TestCase(1, 1)]
    [TestCase(3, 33)]
    [TestCase(40, 512)]
    public void BackwardMatchesTheDefinitionInPlace(int rows, int width)
    {
        var (gate, up, dY) = Inputs(rows * width);
        var ours = Backward(backend, dY, gate, up, rows);
        var naive = GatedDefinitions.SwigluGradients(dY, gate, up);
        var exact = GatedDefinitions.SwigluGradients(Wide(dY), Wide(gate), Wide(up));
        Tolerance.Check("dGate", ours.Gate, exact.Gate, Wide(naive.Gate), Tolerance.Backward);
        Tolerance.Check("dUp", ours.Up, exact.Up, Wide(naive.Up), Tolerance.Backward);
        var twin = Backward(backend.Twin, dY, gate, up, rows);
        Assert.That(ours.Gate, Is.EqualTo(twin.Gate), "bits of dGate");
        Assert.That(ours.Up, Is.EqualTo(twin.Up), "bits of dUp");
    }

    [Test]
    public void GradientsAreSlopes()
    {
        double[] gate = Wide(Draw(21, "gate", 4));
        double[] up = Wide(Draw(21, "up"));
        double[] dY = Wide(Draw(21, "dY"));
        var d = GatedDefinitions.SwigluGradients(dY, gate, up);
        Slopes.Check("dGate", d.Gate, gate, dY, v => GatedDefinitions.Swiglu(v, up));
        Slopes.Check("dUp", d.Up, up, dY, v => GatedDefinitions.Swiglu(gate, v));
    }

    [Test]
    public void LargeGatesNeitherOverflowNorBecomeNan()
    {
        float[] gate = [-200, -90, 0, 90, 200];
        float[] ones = [1, 1, 1, 1, 1];
        float[] y = Forward(backend, gate, ones, 1);
        Assert.That(y, Is.EqualTo((float[])[0, 0, 0, 90, 200]).Within(1e-30));
    }

    private static (float[] Gate, float[] Up, float[] DY) Inputs(int count) =>
        (Draw(count, "gate", 6), Draw(count, "up", 2), Draw(count, "dY"));

    private static float[] Forward(BackendUnderTest variant, float[] gate, float[] up, int rows)
    {
        using var operands = new Operands(variant);
        var g = operands.Matrix(gate, rows);
        var y = operands.Output(g.Shape);
        operands.Layers.SwigluForward(y, g, operands.Matrix(up, rows));
        return operands.Read(y);
    }

    private static (float[] Gate, float[] Up) Backward(
        BackendUnderTest variant,
        float[] dY,
        float[] gate,
        float[] up,
        int rows
    )
    {
        using var operands = new Operands(variant);
        var (g, u) = (operands.Matrix(gate, rows), operands.Matrix(up, rows));
        var d = operands.Matrix(dY, rows);
        operands.Layers.SwigluBackward(d, u, d, g, u);
        return (operands.Read(d), operands.Read(u));
    }
}

using NUnit.Framework;
using Robustness.Compute;
using static Robustness.Tests.Compute.Operands;

namespace Robustness.Tests.Compute;

/// <summary>What every backend's residual addition, copy and clearing must do.</summary>
[TestFixtureSource(typeof(Backends), nameof(Backends.OfLayers))]
public sealed class ResidualContract(BackendUnderTest backend)
{
    [TestCase(1, 1)]
    [TestCase(3, 33)]
    [TestCase(40, 512)]
    public void ElementsAreAddedInPlaceToo(int rows, int width)
    {
        using var operands = new Operands(backend);
        float[] a = Draw(rows * width, "a");
        float[] b = Draw(rows * width, "b");
        float[] sum = [.. a.Zip(b, (p, q) => p + q)];
        var (x, z) = (operands.Matrix(a, rows), operands.Matrix(b, rows));
        var y = operands.Output(x.Shape);
        operands.Layers.ResidualForward(y, x, z);
        operands.Layers.ResidualForward(x, x, z);
        Assert.That(operands.Read(y), Is.EqualTo(sum));
        Assert.That(operands.Read(x), Is.EqualTo(sum));
    }

    [Test]
    public void CopyAndClearKeepToTheirColumns()
    {
        using var operands = new Operands(backend);
        float[] values = Draw(5 * 7, "x");
        var (x, y) = (operands.Matrix(values, 5), operands.Output(new Shape(5, 3)));
        operands.Layers.Copy(y, x.ColumnRange(2, 3));
        operands.Layers.Clear(x.ColumnRange(2, 3));
        float[] left = [.. values.Select((v, i) => i % 7 is >= 2 and < 5 ? 0 : v)];
        float[] taken = [.. values.Where((_, i) => i % 7 is >= 2 and < 5)];
        Assert.That(operands.Read(y), Is.EqualTo(taken));
        Assert.That(operands.Read(x), Is.EqualTo(left));
    }
}

using NUnit.Framework;
using Robustness.Compute;
using static Robustness.Tests.Compute.Operands;

namespace Robustness.Tests.Compute;

/// <summary>What every backend's additions and column sums must do.</summary>
[TestFixtureSource(typeof(Backends), nameof(Backends.Available))]
public sealed class ElementwiseContract(BackendUnderTest backend)
{
    [TestCase(1, 1)]
    [TestCase(7, 33)]
    [TestCase(300, 128)]
    public void ResidualIsTheSumAndMayBeInPlace(int rows, int columns)
    {
        using var operands = new Operands(backend);
        var (a, b) = (Draw(rows * columns, "a"), Draw(rows * columns, "b"));
        float[] expected = [.. a.Zip(b, (x, y) => x + y)];
        var (left, right) = (operands.Matrix(a, rows), operands.Matrix(b, rows));
        var y = operands.Output(new Shape(rows, columns));

        operands.Backend.ResidualForward(y, left, right);
        operands.Backend.ResidualForward(right, left, right);

        Assert.That(operands.Read(y), Is.EqualTo(expected));
        Assert.That(operands.Read(right), Is.EqualTo(expected));
    }

    [TestCase(1, 1)]
    [TestCase(5, 67)]
    [TestCase(600, 130)]
    public void BiasGradientIsAddedColumnSums(int rows, int columns)
    {
        using var operands = new Operands(backend);
        var (dY, before) = (Draw(rows * columns, "dY"), Draw(columns, "before"));
        var (exact, naive) = (Wide(before), new float[columns]);
        before.CopyTo(naive, 0);
        for (int i = 0; i < dY.Length; i++)
        {
            exact[i % columns] += dY[i];
            naive[i % columns] += dY[i];
        }
        var dBias = operands.Vector(before);

        operands.Backend.BiasBackward(dBias, operands.Matrix(dY, rows));

        float[] found = operands.Read(dBias);
        Tolerance.Check("dBias", found, exact, Wide(naive), Tolerance.Backward);
        Assert.That(found, Is.EqualTo(InChunks(dY, before)), "chunks of 256 rows, in order");
    }

    [Test]
    public void AnotherShapeIsRefused()
    {
        using var operands = new Operands(backend);
        var (x, wide) = (operands.Matrix(Draw(6, "x"), 2), operands.Vector(Draw(4, "wide")));
        Assert.That(
            () => operands.Backend.BiasBackward(wide, x),
            Throws.ArgumentException.With.Message.Contains("[4]").And.Message.Contains("[3]")
        );
        Assert.That(
            () => operands.Backend.ResidualForward(x, x, wide),
            Throws.ArgumentException.With.Message.Contains("[2, 3]")
        );
    }

    private static float[] InChunks(float[] dY, float[] before)
    {
        const int Chunk = 256;
        int columns = before.Length;
        float[] sums = [.. before];
        for (int first = 0; first < dY.Length; first += Chunk * columns)
        {
            float[] part = new float[columns];
            for (int i = first; i < Math.Min(dY.Length, first + (Chunk * columns)); i++)
            {
                part[i % columns] += dY[i];
            }
            for (int c = 0; c < columns; c++)
            {
                sums[c] += part[c];
            }
        }
        return sums;
    }
}

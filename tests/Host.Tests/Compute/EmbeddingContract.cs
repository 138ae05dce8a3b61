using NUnit.Framework;
using Robustness.Compute;
using static Robustness.Tests.Compute.Operands;

namespace Robustness.Tests.Compute;

/// <summary>What every backend's embedding and column sums must do.</summary>
[TestFixtureSource(typeof(Backends), nameof(Backends.OfLayers))]
public sealed class EmbeddingContract(BackendUnderTest backend)
{
    [TestCase(1, 1, 1)]
    [TestCase(7, 5, 33)]
    [TestCase(700, 61, 128)]
    [TestCase(90, 20, 300)]
    [TestCase(2500, 2, 5)] // few ids: long sums
    [TestCase(2100, 70_000, 3)] // ids of more than 16 bits, most of them once
    [TestCase(8000, 300, 1)] // four chunks of a sort
    [TestCase(18_500, 300, 1)] // ten
    public void RowsAreLookedUpAndAddedBack(int rows, int vocabulary, int width) =>
        Check(DrawIds(rows, vocabulary, "ids"), vocabulary, width);

    [TestCase(32)]
    [TestCase(64)]
    public void AnIdOfWholeWarpsIsAddedUpWhole(int count) =>
        Check([.. Enumerable.Repeat(2, count), 3, 0, 0], 4, 5);

    private void Check(int[] ids, int vocabulary, int width)
    {
        int rows = ids.Length;
        using var operands = new Operands(backend);
        float[] table = Draw(vocabulary * width, "table");
        float[] dY = Draw(rows * width, "dY");
        var tokens = operands.Ids(ids);
        var weights = operands.Matrix(table, vocabulary);
        var y = operands.Output(new Shape(rows, width));
        operands.Layers.EmbeddingForward(y, tokens, weights);
        operands.Layers.EmbeddingBackward(weights, operands.Matrix(dY, rows), tokens);

        float[] expected = new float[rows * width];
        float[] sums = [.. table];
        for (int i = 0; i < expected.Length; i++)
        {
            int at = (ids[i / width] * width) + (i % width);
            expected[i] = table[at];
            sums[at] += dY[i]; // row order: these are the bits
        }
        Assert.That(operands.Read(y), Is.EqualTo(expected));
        Assert.That(operands.Read(weights), Is.EqualTo(sums));
    }

    [Test]
    public void NoRowsChangeNothing()
    {
        using var operands = new Operands(backend);
        float[] before = Draw(12, "table");
        var table = operands.Matrix(before, 4);
        var sums = operands.Vector(before);
        var dY = operands.Output(new Shape(0, 3));
        operands.Layers.EmbeddingBackward(table, dY, operands.Ids([]));
        operands.Layers.BiasBackward(sums, operands.Output(new Shape(0, 12)));
        Assert.That(operands.Read(table), Is.EqualTo(before));
        Assert.That(operands.Read(sums), Is.EqualTo(before));
    }

    [TestCase(1, 1)]
    [TestCase(3, 33)]
    [TestCase(700, 130)]
    [TestCase(20, 5)]
    [TestCase(1000, 5)]
    [TestCase(2400, 5)]
    public void ColumnSumsGoInChunksOf256Rows(int rows, int width)
    {
        using var operands = new Operands(backend);
        float[] dY = Draw(rows * width, "dY");
        var sums = operands.Vector(Draw(width, "bias"));
        operands.Layers.BiasBackward(sums, operands.Matrix(dY, rows));

        float[] expected = Draw(width, "bias");
        for (int c = 0; c < width; c++)
        {
            for (int chunk = 0; chunk < rows; chunk += 256)
            {
                float part = 0;
                for (int n = chunk; n < Math.Min(rows, chunk + 256); n++)
                {
                    part += dY[(n * width) + c];
                }
                expected[c] += part;
            }
        }
        double[] exact = new double[width];
        for (int i = 0; i < dY.Length; i++)
        {
            exact[i % width] += dY[i];
        }
        exact = [.. exact.Zip(Draw(width, "bias"), (sum, bias) => sum + bias)];
        float[] found = operands.Read(sums);
        Tolerance.Check("dBias", found, exact, Wide(expected), Tolerance.Backward);
        if (!backend.IsEmulated)
        {
            Assert.That(found, Is.EqualTo(expected));
        }
    }
}

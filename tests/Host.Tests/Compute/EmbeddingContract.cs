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
    public void RowsAreLookedUpAndAddedBack(int rows, int vocabulary, int width)
    {
        using var operands = new Operands(backend);
        int[] ids = DrawIds(rows, vocabulary, "ids");
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

    [TestCase(1, 1)]
    [TestCase(3, 33)]
    [TestCase(700, 130)]
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

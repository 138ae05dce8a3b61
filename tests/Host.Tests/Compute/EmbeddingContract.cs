using NUnit.Framework;
using Robustness.Compute;
using static Robustness.Tests.Compute.Operands;

namespace Robustness.Tests.Compute;

/// <summary>What every backend's embedding and column sums must do.</summary>
[TestFixtureSource(typeof(Backends), nameof(Backends.Available))]
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
        operands.Backend.EmbeddingForward(y, tokens, weights);
        operands.Backend.EmbeddingBackward(weights, operands.Matrix(dY, rows), tokens);

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
        operands.Backend.BiasBackward(sums, operands.Matrix(dY, rows));

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
        Assert.That(operands.Read(sums), Is.EqualTo(expected));
    }

    [TestCase(-1)]
    [TestCase(4)]
    public void AnIdOutsideTheVocabularyIsNamed(int id)
    {
        using var operands = new Operands(backend);
        var ids = operands.Ids([0, id]);
        var table = operands.Matrix(Draw(12, "table"), 4);
        var rows = operands.Matrix(Draw(6, "rows"), 2);
        string message = $"Token id {id} at row 1 is outside the vocabulary of 4.";
        Assert.That(
            () => operands.Backend.EmbeddingForward(rows, ids, table),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains(message)
        );
        Assert.That(
            () => operands.Backend.EmbeddingBackward(table, rows, ids),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains(message)
        );
    }
}

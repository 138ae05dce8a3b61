using NUnit.Framework;
using Robustness.Compute;
using static Robustness.Tests.Compute.Operands;

namespace Robustness.Tests.Compute;

/// <summary>Row operations that know segments: rotary embedding, read rows.</summary>
[TestFixtureSource(typeof(Backends), nameof(Backends.Available))]
public sealed class SegmentRowsContract(BackendUnderTest backend)
{
    private const int HeadSize = 24;
    private const int Half = 5;
    private const int Width = 3 * HeadSize;

    [TestCase(RowSet.All)]
    [TestCase(RowSet.Read)]
    public void HeadsTurnToThePositionsOfTheirRowsAndBack(RowSet rows)
    {
        using var operands = new Operands(backend);
        var segments = ThreeSegments();
        int[] positions = rows == RowSet.All ? [0, 1, 2, 7, 8, 9, 10, 11, 0] : [2, 9, 10, 11];
        float[] x = Draw(positions.Length * Width, "x");
        var (cosines, sines) = (Draw(16 * Half, "cosines"), Draw(16 * Half, "sines"));
        var table = new RotaryTable(
            operands.Matrix(cosines, 16),
            operands.Matrix(sines, 16),
            HeadSize
        );
        var turned = operands.Matrix(x, positions.Length);
        operands.Backend.RotaryForward(turned, segments, rows, table);
        CheckRows(operands.Read(turned), x, positions, cosines, sines);

        var back = operands.Matrix(x, positions.Length);
        operands.Backend.RotaryBackward(back, segments, rows, table);
        CheckRows(operands.Read(back), x, positions, cosines, [.. sines.Select(s => -s)]);
    }

    [Test]
    public void APositionBeyondTheTableIsNamed()
    {
        using var operands = new Operands(backend);
        var angles = operands.Matrix(Draw(11 * Half, "angles"), 11);
        var x = operands.Matrix(Draw(9 * Width, "x"), 9);
        var table = new RotaryTable(angles, angles, HeadSize);
        Assert.That(
            () => operands.Backend.RotaryForward(x, ThreeSegments(), RowSet.All, table),
            Throws
                .ArgumentException.With.Message.Contains("position 11")
                .And.Message.Contains("11 pos")
        );
    }

    [Test]
    public void ReadRowsAreGatheredAndAddedBack()
    {
        using var operands = new Operands(backend);
        int[] read = [2, 5, 6, 7];
        float[] x = Draw(9 * Width, "x");
        float[] dY = Draw(4 * Width, "dY");
        var y = operands.Output(new Shape(4, Width));
        var all = operands.Matrix(x, 9);
        operands.Backend.GatherReadRows(y, all, ThreeSegments());
        operands.Backend.ScatterReadRows(all, operands.Matrix(dY, 4), ThreeSegments());
        float[] sums = [.. x];
        for (int i = 0; i < dY.Length; i++)
        {
            int at = (read[i / Width] * Width) + (i % Width);
            Assert.That(operands.Read(y)[i], Is.EqualTo(x[at]));
            sums[at] += dY[i];
        }
        Assert.That(operands.Read(all), Is.EqualTo(sums));
    }

    // Rows 0-2 of which the last is read, rows 3-7 behind 7 cached positions of which the last
    // three are read, row 8 that nobody reads.
    private static Segments ThreeSegments()
    {
        var segments = new Segments();
        segments.Add(3, 1);
        segments.Add(5, 3, cacheSlot: 0, cachedLength: 7);
        segments.Add(1, 0);
        return segments;
    }

    private static void CheckRows(
        float[] ours,
        float[] x,
        int[] positions,
        float[] cosines,
        float[] sines
    )
    {
        for (int n = 0; n < positions.Length; n++)
        {
            float[] row = x[(n * Width)..((n + 1) * Width)];
            var angles = (positions[n] * Half)..((positions[n] + 1) * Half);
            float[] naive = RowDefinitions.Rotary(row, cosines[angles], sines[angles], HeadSize);
            double[] exact = RowDefinitions.Rotary(
                Wide(row),
                Wide(cosines[angles]),
                Wide(sines[angles]),
                HeadSize
            );
            float[] found = ours[(n * Width)..((n + 1) * Width)];
            Tolerance.Check($"row {n}", found, exact, Wide(naive), Tolerance.Forward);
        }
    }
}

using NUnit.Framework;
using Robustness.Compute;

namespace Robustness.Tests.Compute;

/// <summary>
/// What every backend's vocabulary loss must do. Reference: the definition, in double.
/// </summary>
[TestFixtureSource(typeof(Backends), nameof(Backends.Available))]
public sealed class CrossEntropyContract(BackendUnderTest backend)
{
    [TestCase(1, 2, 1)]
    [TestCase(5, 37, 19)]
    [TestCase(260, 300, 32)]
    public void MatchesTheDefinition(int rows, int vocabulary, int width)
    {
        var (hidden, table, targets, scale) = Inputs(rows, vocabulary, width);
        var exact = LossReference.Of<double>(hidden, table, targets, scale, width);
        var naive = LossReference.Of<float>(hidden, table, targets, scale, width);
        using var cpu = backend.Create();
        using var launch = new LossLaunch(cpu);
        var (loss, dHidden, dTable) = launch.CrossEntropy(hidden, table, targets, scale, width);
        var single = Array.ConvertAll(loss, value => (float)value);
        Tolerance.Check("loss", single, exact.Loss, naive.Loss, Tolerance.Forward);
        Tolerance.Check("dH", dHidden, exact.DHidden, naive.DHidden, Tolerance.Backward);
        Tolerance.Check("dTable", dTable, exact.DTable, naive.DTable, Tolerance.Backward);
    }

    [Test]
    public void ForwardHasTheLossesOfBackwardAndTheArgMax()
    {
        var (hidden, table, targets, scale) = Inputs(70, 130, 8);
        using var cpu = backend.Create();
        using var launch = new LossLaunch(cpu);
        var (h, w) = (launch.Matrix(hidden, 8), launch.Matrix(table, 8));
        var (loss, correct) = (launch.Losses(70), launch.Vector(new int[70]));
        var logits = launch.Matrix(new float[70 * 130], 130);
        cpu.CrossEntropyForward(loss, correct, h, w, launch.Vector(targets));
        cpu.LogitsForward(logits, h, w);
        var (backward, _, _) = launch.CrossEntropy(hidden, table, targets, scale, 8);
        Assert.That(launch.Download<double>(loss), Is.EqualTo(backward));
        var values = launch.Download<float>(logits);
        var expected = targets.Select((t, m) => Row(values, m).IndexOf(Row(values, m).Max()) == t);
        var found = launch.Download<int>(correct).Select(value => value == 1);
        Assert.That(found, Is.EqualTo(expected));
    }

    [Test]
    public void OfEqualLogitsTheLowerIdIsTheArgMax()
    {
        using var cpu = backend.Create();
        using var launch = new LossLaunch(cpu);
        var (loss, correct) = (launch.Losses(2), launch.Vector(new int[2]));
        var hidden = launch.Matrix([1, 1], 1);
        var table = launch.Matrix([0, 3, 3, 1], 1);
        cpu.CrossEntropyForward(loss, correct, hidden, table, launch.Vector([1, 2]));
        Assert.That(launch.Download<int>(correct), Is.EqualTo((int[])[1, 0]));
    }

    [Test]
    public void BitsDependOnNeitherWidthThreadsNorCutsAtWholeChunks()
    {
        var (hidden, table, targets, scale) = Inputs(600, 90, 24);
        using var cpu = backend.Create();
        using var launch = new LossLaunch(cpu);
        var found = launch.CrossEntropy(hidden, table, targets, scale, 24);
        using var plain = new BackendUnderTest("plain", 1, 128).Create();
        using var other = new LossLaunch(plain);
        var (w, dW) = (other.Matrix(table, 24), other.Matrix(new float[table.Length], 24));
        var (h, dH) = (other.Matrix(hidden, 24), other.Matrix(hidden, 24));
        var loss = other.Losses(600);
        foreach (var (first, end) in ((int, int)[])[(0, 256), (256, 600)])
        {
            plain.CrossEntropyBackward(
                loss.ColumnRange(first, end - first),
                dH.RowRange(first, end - first),
                dW,
                h.RowRange(first, end - first),
                w,
                other.Vector(targets[first..end]),
                other.Vector(scale[first..end])
            );
        }
        Assert.That(found.Loss, Is.EqualTo(other.Download<double>(loss)));
        Assert.That(found.DHidden, Is.EqualTo(other.Download<float>(dH)));
        Assert.That(found.DTable, Is.EqualTo(other.Download<float>(dW)));
    }

    [Test]
    public void AllocatesNothingOnceWarm()
    {
        var (hidden, table, targets, scale) = Inputs(64, 90, 24);
        using var cpu = backend.Create();
        using var launch = new LossLaunch(cpu);
        var (h, dH) = (launch.Matrix(hidden, 24), launch.Matrix(hidden, 24));
        var (w, dW) = (launch.Matrix(table, 24), launch.Matrix(table, 24));
        var (loss, t, s) = (launch.Losses(64), launch.Vector(targets), launch.Vector(scale));
        cpu.CrossEntropyBackward(loss, dH, dW, h, w, t, s);
        cpu.CrossEntropyForward(loss, Tensor.None, h, w, t);
        long before = GC.GetAllocatedBytesForCurrentThread();
        cpu.CrossEntropyBackward(loss, dH, dW, h, w, t, s);
        cpu.CrossEntropyForward(loss, Tensor.None, h, w, t);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static List<float> Row(float[] logits, int m) => [.. logits.AsSpan(m * 130, 130)];

    private static (float[] Hidden, float[] Table, int[] Targets, float[] Scale) Inputs(
        int rows,
        int vocabulary,
        int width
    ) =>
        (
            Draws.Normal("hidden", rows * width),
            Draws.Normal("table", vocabulary * width),
            [.. Enumerable.Range(0, rows).Select(m => m * 7 % vocabulary)],
            Draws.Normal("scale", rows)
        );
}

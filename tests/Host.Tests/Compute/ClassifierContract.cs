using NUnit.Framework;
using Robustness.Compute;

namespace Robustness.Tests.Compute;

/// <summary>What every backend's classification head must do. Reference: the definition.</summary>
[TestFixtureSource(typeof(Backends), nameof(Backends.Available))]
public sealed class ClassifierContract(BackendUnderTest backend)
{
    [TestCase(1, 2, 1)]
    [TestCase(7, 3, 19)]
    [TestCase(130, 2, 128)]
    public void HeadAndLossMatchTheDefinition(int rows, int classes, int width)
    {
        var hidden = Draws.Normal("hidden", rows * width);
        var weight = Draws.Normal("weight", classes * width);
        int[] labels = [.. Enumerable.Range(0, rows).Select(m => m % classes)];
        var scale = Draws.Normal("scale", rows);
        var exact = LossReference.Of<double>(hidden, weight, labels, scale, width);
        var naive = LossReference.Of<float>(hidden, weight, labels, scale, width);
        using var cpu = backend.Create();
        using var launch = new LossLaunch(cpu);
        var (h, w) = (launch.Matrix(hidden, width), launch.Matrix(weight, width));
        var logits = launch.Matrix(new float[rows * classes], classes);
        var dLogits = launch.Matrix(new float[rows * classes], classes);
        var dHidden = launch.Matrix(hidden, width);
        var dWeight = launch.Matrix(new float[classes * width], width);
        var loss = launch.Losses(rows);
        cpu.ClassifierForward(logits, h, w);
        cpu.ClassificationLoss(loss, dLogits, logits, launch.Vector(labels), launch.Vector(scale));
        cpu.ClassifierBackward(dHidden, dWeight, dLogits, h, w);
        var single = Array.ConvertAll(launch.Download<double>(loss), value => (float)value);
        var (dH, dW) = (launch.Download<float>(dHidden), launch.Download<float>(dWeight));
        Tolerance.Check("loss", single, exact.Loss, naive.Loss, Tolerance.Forward);
        Tolerance.Check("dHidden", dH, exact.DHidden, naive.DHidden, Tolerance.Backward);
        Tolerance.Check("dWeight", dW, exact.DTable, naive.DTable, Tolerance.Backward);
    }

    [Test]
    public void LossIsDoubleFromTheLogits()
    {
        using var cpu = backend.Create();
        using var launch = new LossLaunch(cpu);
        var loss = launch.Losses(1);
        var logits = launch.Matrix([0.1f, 20.3f], 2);
        cpu.ClassificationLoss(loss, Tensor.None, logits, launch.Vector([1]), Tensor.None);
        double expected = Math.Log(1 + Math.Exp((double)0.1f - 20.3f));
        Assert.That(launch.Download<double>(loss)[0], Is.EqualTo(expected).Within(1e-15));
    }
}

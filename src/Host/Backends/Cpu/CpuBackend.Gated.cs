using Robustness.Compute;
using Robustness.Numerics;

namespace Robustness.Backends.Cpu;

/// <summary>RMS norm, gated activation and random words.</summary>
public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public void RmsNormForward(Tensor y, Tensor rstd, Tensor x, Tensor gamma, float epsilon)
    {
        var (n, c) = x.Shape;
        y.Shape.MustBe(x.Shape);
        gamma.Shape.MustBe(new Shape(c));
        if (!rstd.IsNone)
        {
            rstd.Shape.MustBe(new Shape(n));
        }
        RunRows(new RmsNormForwardJob(y, rstd, x, gamma, epsilon), n, 4L * c);
    }

    /// <inheritdoc/>
    public void RmsNormBackward(
        Tensor dX,
        Tensor dGamma,
        Tensor dY,
        Tensor x,
        Tensor rstd,
        Tensor gamma
    )
    {
        var (n, c) = x.Shape;
        dX.Shape.MustBe(x.Shape);
        dY.Shape.MustBe(x.Shape);
        rstd.Shape.MustBe(new Shape(n));
        gamma.Shape.MustBe(new Shape(c));
        RunRows(new RmsNormBackwardJob(dX, dY, x, rstd, gamma), n, 9L * c);
        if (!dGamma.IsNone)
        {
            dGamma.Shape.MustBe(new Shape(c));
            var job = new RmsNormParameterJob(dGamma, dY, x, rstd);
            RunRows(job, ColumnSumJob.BlockCount(c), 48L * n);
        }
    }

    /// <inheritdoc/>
    public void SwigluForward(Tensor y, Tensor gate, Tensor up)
    {
        gate.Shape.MustBe(y.Shape);
        up.Shape.MustBe(y.Shape);
        RunRows(new SwigluForwardJob(y, gate, up), y.Shape.Rows, 15L * y.Shape.Columns);
    }

    /// <inheritdoc/>
    public void SwigluBackward(Tensor dGate, Tensor dUp, Tensor dY, Tensor gate, Tensor up)
    {
        dGate.Shape.MustBe(dY.Shape);
        dUp.Shape.MustBe(dY.Shape);
        gate.Shape.MustBe(dY.Shape);
        up.Shape.MustBe(dY.Shape);
        var job = new SwigluBackwardJob(dGate, dUp, dY, gate, up);
        RunRows(job, dY.Shape.Rows, 20L * dY.Shape.Columns);
    }

    /// <inheritdoc/>
    public void PhiloxWords(Tensor words, StreamKey key, uint t, ulong row)
    {
        const int Block = PhiloxJob.BlockWords;
        words.Shape.MustBe(new Shape(words.Shape.Columns));
        int blocks = (int)((words.Count + Block - 1) / Block);
        RunRows(new PhiloxJob(words, key, t, row), blocks, 60);
    }
}

using Robustness.Numerics;

namespace Robustness.Compute;

/// <summary>RMS norm, gated activation and random words.</summary>
public sealed partial class MeteredBackend
{
    /// <inheritdoc/>
    public void RmsNormForward(Tensor y, Tensor rstd, Tensor x, Tensor gamma, float epsilon)
    {
        long start = Start();
        _inner.RmsNormForward(y, rstd, x, gamma, epsilon);
        Stop(start, KernelCost.RmsNormForward(x.Shape.Rows, x.Shape.Columns));
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
        long start = Start();
        _inner.RmsNormBackward(dX, dGamma, dY, x, rstd, gamma);
        Stop(start, KernelCost.RmsNormBackward(x.Shape.Rows, x.Shape.Columns, !dGamma.IsNone));
    }

    /// <inheritdoc/>
    public void SwigluForward(Tensor y, Tensor gate, Tensor up)
    {
        long start = Start();
        _inner.SwigluForward(y, gate, up);
        Stop(start, KernelCost.SwigluForward(y.Shape.Rows, y.Shape.Columns));
    }

    /// <inheritdoc/>
    public void SwigluBackward(Tensor dGate, Tensor dUp, Tensor dY, Tensor gate, Tensor up)
    {
        long start = Start();
        _inner.SwigluBackward(dGate, dUp, dY, gate, up);
        Stop(start, KernelCost.SwigluBackward(dY.Shape.Rows, dY.Shape.Columns));
    }

    /// <inheritdoc/>
    public void PhiloxWords(Tensor words, StreamKey key, uint t, ulong row)
    {
        long start = Start();
        _inner.PhiloxWords(words, key, t, row);
        Stop(start, KernelCost.PhiloxWords(words.Count));
    }
}

using Robustness.Compute;
using Robustness.Interop;
using Robustness.Numerics;

namespace Robustness.Backends.Cuda;

/// <summary>Elementwise operations, column sums and random words.</summary>
public sealed partial class CudaBackend
{
    /// <inheritdoc/>
    public void GeluForward(Tensor y, Tensor x, Tensor bias)
    {
        var (n, c) = x.Shape;
        y.Shape.MustBe(x.Shape);
        if (!bias.IsNone)
        {
            bias.Shape.MustBe(new Shape(c));
        }
        MustHaveNoGaps([y, x]);
        LaunchRows("gelu_forward", n, y, x, bias, n, c);
    }

    /// <inheritdoc/>
    public void GeluBackward(Tensor dX, Tensor dY, Tensor x)
    {
        dX.Shape.MustBe(x.Shape);
        dY.Shape.MustBe(x.Shape);
        MustHaveNoGaps([dX, dY, x]);
        LaunchElements("gelu_backward", x.Count, dX, dY, x, (ulong)x.Count);
    }

    /// <inheritdoc/>
    public void SwigluForward(Tensor y, Tensor gate, Tensor up)
    {
        gate.Shape.MustBe(y.Shape);
        up.Shape.MustBe(y.Shape);
        MustHaveNoGaps([y, gate, up]);
        LaunchElements("swiglu_forward", y.Count, y, gate, up, (ulong)y.Count);
    }

    /// <inheritdoc/>
    public void SwigluBackward(Tensor dGate, Tensor dUp, Tensor dY, Tensor gate, Tensor up)
    {
        dGate.Shape.MustBe(dY.Shape);
        dUp.Shape.MustBe(dY.Shape);
        gate.Shape.MustBe(dY.Shape);
        up.Shape.MustBe(dY.Shape);
        MustHaveNoGaps([dGate, dUp, dY, gate, up]);
        ulong count = (ulong)dY.Count;
        LaunchElements("swiglu_backward", dY.Count, dGate, dUp, dY, gate, up, count);
    }

    /// <inheritdoc/>
    public void ResidualForward(Tensor y, Tensor a, Tensor b)
    {
        a.Shape.MustBe(y.Shape);
        b.Shape.MustBe(y.Shape);
        MustHaveNoGaps([y, a, b]);
        LaunchElements("residual_forward", y.Count, y, a, b, (ulong)y.Count);
    }

    /// <inheritdoc/>
    public void BiasBackward(Tensor dBias, Tensor dY)
    {
        var (n, c) = dY.Shape;
        dBias.Shape.MustBe(new Shape(c));
        MustHaveNoGaps([dY]);
        int chunks = Chunks(n);
        CUdeviceptr partial = Scratch((long)chunks * c);
        LaunchChunks("bias_backward", chunks, c, partial, dY, n, c);
        AddChunks(dBias, partial, chunks, c);
    }

    /// <inheritdoc/>
    public void PhiloxWords(Tensor words, StreamKey key, uint t, ulong row)
    {
        int n = words.Shape.Columns;
        words.Shape.MustBe(new Shape(n));
        LaunchElements(
            "philox_words",
            (n + 3L) / 4,
            words,
            n,
            key.Low,
            key.High,
            t,
            (uint)row,
            (uint)(row >> 32)
        );
    }
}

using Robustness.Compute;
using Robustness.Interop;

namespace Robustness.Backends.Cuda;

/// <summary>Layer norm and RMS norm.</summary>
public sealed partial class CudaBackend
{
    /// <inheritdoc/>
    public void LayerNormForward(
        Tensor y,
        Tensor mean,
        Tensor rstd,
        Tensor x,
        Tensor gamma,
        Tensor beta,
        float epsilon
    )
    {
        var (n, c) = x.Shape;
        y.Shape.MustBe(x.Shape);
        gamma.Shape.MustBe(new Shape(c));
        beta.Shape.MustBe(new Shape(c));
        if (!mean.IsNone)
        {
            mean.Shape.MustBe(new Shape(n));
            rstd.Shape.MustBe(new Shape(n));
        }
        MustHaveNoGaps([y, x]);
        LaunchRows("layer_norm_forward", n, y, mean, rstd, x, gamma, beta, n, c, epsilon);
    }

    /// <inheritdoc/>
    public void LayerNormBackward(
        Tensor dX,
        Tensor dGamma,
        Tensor dBeta,
        Tensor dY,
        Tensor x,
        Tensor mean,
        Tensor rstd,
        Tensor gamma
    )
    {
        var (n, c) = x.Shape;
        dX.Shape.MustBe(x.Shape);
        dY.Shape.MustBe(x.Shape);
        mean.Shape.MustBe(new Shape(n));
        rstd.Shape.MustBe(new Shape(n));
        gamma.Shape.MustBe(new Shape(c));
        if (dGamma.IsNone != dBeta.IsNone)
        {
            throw new ArgumentException("LayerNormBackward: dGamma and dBeta go together.");
        }
        MustHaveNoGaps([dX, dY, x]);
        LaunchRows("layer_norm_backward", n, dX, dY, x, mean, rstd, gamma, n, c);
        if (dGamma.IsNone)
        {
            return;
        }
        dGamma.Shape.MustBe(new Shape(c));
        dBeta.Shape.MustBe(new Shape(c));
        int chunks = Chunks(n);
        CUdeviceptr gammaSums = Scratch(2L * chunks * c);
        CUdeviceptr betaSums = gammaSums + (sizeof(float) * (ulong)chunks * (ulong)c);
        LaunchChunks(
            "layer_norm_backward_parameters",
            chunks,
            c,
            gammaSums,
            betaSums,
            dY,
            x,
            mean,
            rstd,
            n,
            c
        );
        AddChunks(dGamma, gammaSums, chunks, c);
        AddChunks(dBeta, betaSums, chunks, c);
    }

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
        MustHaveNoGaps([y, x]);
        LaunchRows("rms_norm_forward", n, y, rstd, x, gamma, n, c, epsilon);
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
        MustHaveNoGaps([dX, dY, x]);
        LaunchRows("rms_norm_backward", n, dX, dY, x, rstd, gamma, n, c);
        if (dGamma.IsNone)
        {
            return;
        }
        dGamma.Shape.MustBe(new Shape(c));
        int chunks = Chunks(n);
        CUdeviceptr sums = Scratch((long)chunks * c);
        LaunchChunks("rms_norm_backward_parameters", chunks, c, sums, dY, x, rstd, n, c);
        AddChunks(dGamma, sums, chunks, c);
    }
}

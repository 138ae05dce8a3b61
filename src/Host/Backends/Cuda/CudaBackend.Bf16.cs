using Robustness.Compute;

namespace Robustness.Backends.Cuda;

/// <summary>bf16 tensors and their products on tensor cores.</summary>
public sealed partial class CudaBackend
{
    /// <inheritdoc/>
    public void Bf16Round(Tensor y, Tensor x)
    {
        y.Shape.MustBe(x.Shape);
        DataTypes.MustBe(y.Type, DataType.BFloat16);
        MustHaveNoGaps([y, x]);
        LaunchElements("bf16_round", x.Count, y, x, (ulong)x.Count);
    }

    /// <inheritdoc/>
    public void Bf16Widen(Tensor y, Tensor x)
    {
        y.Shape.MustBe(x.Shape);
        DataTypes.MustBe(x.Type, DataType.BFloat16);
        MustHaveNoGaps([y, x]);
        LaunchElements("bf16_widen", x.Count, y, x, (ulong)x.Count);
    }

    /// <inheritdoc/>
    public void GemmBf16(Tensor c, Tensor a, Tensor b, GemmLayout layout, in GemmEpilogue epilogue)
    {
        DataTypes.MustBe(a.Type, DataType.BFloat16);
        DataTypes.MustBe(b.Type, DataType.BFloat16);
        Multiply("gemm_bf16", c, a, b, layout, epilogue);
    }
}

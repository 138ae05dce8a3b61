namespace Robustness.Compute;

/// <summary>bf16 tensors.</summary>
public sealed partial class MeteredBackend
{
    /// <inheritdoc/>
    public void Bf16Round(Tensor y, Tensor x)
    {
        long start = Start();
        _inner.Bf16Round(y, x);
        Stop(start, KernelCost.Bf16Round(x.Count));
    }

    /// <inheritdoc/>
    public void Bf16Widen(Tensor y, Tensor x)
    {
        long start = Start();
        _inner.Bf16Widen(y, x);
        Stop(start, KernelCost.Bf16Widen(x.Count));
    }

    /// <inheritdoc/>
    public void GemmBf16(Tensor c, Tensor a, Tensor b, GemmLayout layout, in GemmEpilogue epilogue)
    {
        long start = Start();
        _inner.GemmBf16(c, a, b, layout, epilogue);
        long k = layout == GemmLayout.TN ? a.Shape.Rows : a.Shape.Columns;
        Stop(start, KernelCost.GemmBf16(c.Shape.Rows, c.Shape.Columns, k, epilogue));
    }
}

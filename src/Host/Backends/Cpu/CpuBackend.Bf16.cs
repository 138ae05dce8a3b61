using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>
/// bf16 tensors: stored with the GPU's rounding, computed in f32. A product widens its operands
/// first, which is exact.
/// </summary>
public sealed unsafe partial class CpuBackend
{
    private Arena? _widened;

    /// <inheritdoc/>
    public void Bf16Round(Tensor y, Tensor x)
    {
        y.Shape.MustBe(x.Shape);
        DataTypes.MustBe(y.Type, DataType.BFloat16);
        RunRows(new Bf16RoundJob(y, x), x.Shape.Rows, 4L * x.Shape.Columns);
    }

    /// <inheritdoc/>
    public void Bf16Widen(Tensor y, Tensor x)
    {
        y.Shape.MustBe(x.Shape);
        DataTypes.MustBe(x.Type, DataType.BFloat16);
        RunRows(new Bf16WidenJob(y, x), x.Shape.Rows, 2L * x.Shape.Columns);
    }

    /// <inheritdoc/>
    public void GemmBf16(Tensor c, Tensor a, Tensor b, GemmLayout layout, in GemmEpilogue epilogue)
    {
        _widened ??= new Arena(this);
        var mark = _widened.Mark;
        var (wideA, wideB) = (_widened.Allocate(a.Shape), _widened.Allocate(b.Shape));
        Bf16Widen(wideA, a);
        Bf16Widen(wideB, b);
        Gemm(c, wideA, wideB, layout, epilogue);
        _widened.Rewind(mark);
    }
}

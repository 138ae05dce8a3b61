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
        RunRows(new Bf16RoundJob(y, x), x.Shape.Rows, x.Shape.Columns);
    }

    /// <inheritdoc/>
    public void Bf16Widen(Tensor y, Tensor x)
    {
        y.Shape.MustBe(x.Shape);
        DataTypes.MustBe(x.Type, DataType.BFloat16);
        RunRows(new Bf16WidenJob(y, x), x.Shape.Rows, x.Shape.Columns);
    }

    /// <inheritdoc/>
    public void GemmBf16(Tensor c, Tensor a, Tensor b, GemmLayout layout, in GemmEpilogue epilogue)
    {
        DataTypes.MustBe(a.Type, DataType.BFloat16);
        DataTypes.MustBe(b.Type, DataType.BFloat16);
        MultiplyAs(DataType.BFloat16, c, a, b, layout, epilogue);
    }

    /// <summary>C = epilogue(A·B) with operands of a type; f32 ones are rounded to bf16.</summary>
    private void MultiplyAs(
        DataType operands,
        Tensor c,
        Tensor a,
        Tensor b,
        GemmLayout layout,
        in GemmEpilogue epilogue
    )
    {
        if (operands == DataType.Float32)
        {
            Gemm(c, a, b, layout, epilogue);
            return;
        }
        var scratch = _widened ??= new Arena(this);
        var mark = scratch.Mark;
        Gemm(c, Operand(scratch, a), Operand(scratch, b), layout, epilogue);
        scratch.Rewind(mark);
    }

    /// <summary>x as a product of bf16 operands sees it: its rounded values, in f32.</summary>
    private Tensor Operand(Arena scratch, Tensor x)
    {
        var y = scratch.Allocate(x.Shape);
        if (x.Type == DataType.BFloat16)
        {
            Bf16Widen(y, x);
        }
        else
        {
            RunRows(new Bf16OperandJob(y, x), x.Shape.Rows, x.Shape.Columns);
        }
        return y;
    }
}

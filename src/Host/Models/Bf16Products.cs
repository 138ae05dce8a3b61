using Robustness.Compute;

namespace Robustness.Models;

/// <summary>
/// Products of bf16 operands: those that are f32 are rounded into scratch first.
/// </summary>
internal sealed class Bf16Products(IBackend backend) : IDisposable
{
    private readonly Arena _arena = new(backend);

    /// <summary>C (f32) = epilogue(A·B), each operand f32 or bf16.</summary>
    public void Multiply(Tensor c, Tensor a, Tensor b, GemmLayout layout, in GemmEpilogue epilogue)
    {
        backend.GemmBf16(c, Operand(a), Operand(b), layout, epilogue);
        _arena.Rewind(default);
    }

    public void Dispose() => _arena.Dispose();

    private Tensor Operand(Tensor x)
    {
        if (x.Type == DataType.BFloat16)
        {
            return x;
        }
        var rounded = _arena.Allocate(x.Shape, DataType.BFloat16);
        backend.Bf16Round(rounded, x);
        return rounded;
    }
}

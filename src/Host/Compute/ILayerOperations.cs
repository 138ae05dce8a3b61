using Robustness.Numerics;

namespace Robustness.Compute;

/// <summary>
/// The row-wise operations of a layer and the matrix product, one method each, on one device.
/// The rules of <see cref="IBackend"/> hold here too.
/// </summary>
public interface ILayerOperations : IDeviceMemory
{
    /// <summary>
    /// y [N, C] = table [V, C] at ids [N] (i32); on the CPU the table may be bf16.
    /// </summary>
    void EmbeddingForward(Tensor y, Tensor ids, Tensor table);

    /// <summary>dTable [V, C] += rows of dY [N, C] at ids [N], in row order.</summary>
    void EmbeddingBackward(Tensor dTable, Tensor dY, Tensor ids);

    /// <summary>
    /// y = (x - mean) · rstd · gamma + beta, row by row; rstd = 1 / √(variance + ε).
    /// mean [N] and rstd [N] are kept for backward, or None.
    /// </summary>
    void LayerNormForward(
        Tensor y,
        Tensor mean,
        Tensor rstd,
        Tensor x,
        Tensor gamma,
        Tensor beta,
        float epsilon
    );

    /// <summary>dX [N, C] is added to; dGamma, dBeta [C] += or None.</summary>
    void LayerNormBackward(
        Tensor dX,
        Tensor dGamma,
        Tensor dBeta,
        Tensor dY,
        Tensor x,
        Tensor mean,
        Tensor rstd,
        Tensor gamma
    );

    /// <summary>
    /// y = x · rstd · gamma, row by row; rstd = 1 / √(mean(x²) + ε).
    /// rstd [N] is kept for backward, or None.
    /// </summary>
    void RmsNormForward(Tensor y, Tensor rstd, Tensor x, Tensor gamma, float epsilon);

    /// <summary>dX [N, C] is added to; dGamma [C] += or None.</summary>
    void RmsNormBackward(Tensor dX, Tensor dGamma, Tensor dY, Tensor x, Tensor rstd, Tensor gamma);

    /// <summary>
    /// y = gelu(x + bias), gelu(u) = u · Φ(u) with the exact erf; bias [C] or None.
    /// </summary>
    void GeluForward(Tensor y, Tensor x, Tensor bias);

    /// <summary>dX = dY · (Φ(x) + x · φ(x)); may be in place (dX is dY).</summary>
    void GeluBackward(Tensor dX, Tensor dY, Tensor x);

    /// <summary>y = silu(gate) · up, silu(u) = u / (1 + e^(-u)).</summary>
    void SwigluForward(Tensor y, Tensor gate, Tensor up);

    /// <summary>
    /// dGate = dY · up · σ(gate) · (1 + gate · (1 - σ(gate))), dUp = dY · silu(gate), overwritten.
    /// </summary>
    void SwigluBackward(Tensor dGate, Tensor dUp, Tensor dY, Tensor gate, Tensor up);

    /// <summary>y = a + b; y may be a or b.</summary>
    void ResidualForward(Tensor y, Tensor a, Tensor b);

    /// <summary>dBias [C] += column sums of dY [N, C], in chunks of 256 rows.</summary>
    void BiasBackward(Tensor dBias, Tensor dY);

    /// <summary>
    /// C = epilogue(A·B) in the given layout; one accumulator per element, k ascending.
    /// </summary>
    void Gemm(Tensor c, Tensor a, Tensor b, GemmLayout layout, in GemmEpilogue epilogue);

    /// <summary>
    /// Lays out a weight for <see cref="GemmPacked"/>; the memory comes from the arena.
    /// NT: w [N, K]. NN: w [K, N].
    /// </summary>
    PackedWeights GemmPack(Arena arena, Tensor w, GemmLayout layout);

    /// <summary>The same bits as <see cref="Gemm"/> with the weight that was packed.</summary>
    void GemmPacked(Tensor c, Tensor a, PackedWeights w, in GemmEpilogue epilogue);

    /// <summary>y (bf16) = x (f32), rounded to nearest, ties to even; same shape.</summary>
    void Bf16Round(Tensor y, Tensor x);

    /// <summary>y (f32) = x (bf16), exactly; same shape.</summary>
    void Bf16Widen(Tensor y, Tensor x);

    /// <summary>
    /// As <see cref="Gemm"/> with A and B in bf16; sums, C and the epilogue are f32.
    /// </summary>
    void GemmBf16(Tensor c, Tensor a, Tensor b, GemmLayout layout, in GemmEpilogue epilogue);

    /// <summary>words [N] (i32): the first words of the stream's (t, row).</summary>
    void PhiloxWords(Tensor words, StreamKey key, uint t, ulong row);
}

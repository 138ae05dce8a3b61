namespace Robustness.Compute;

/// <summary>How the operands of a matrix product lie in memory.</summary>
public enum GemmLayout
{
    /// <summary>C [M, N] = A [M, K] · B [K, N].</summary>
    NN,

    /// <summary>C [M, N] = A [M, K] · Bᵀ, B [N, K]: activations times a weight [out, in].</summary>
    NT,

    /// <summary>C [M, N] = Aᵀ · B, A [K, M], B [K, N]: a weight gradient.</summary>
    TN,
}

/// <summary>
/// What happens to a product before it is stored:
/// C = act(A·B + bias) + residual, or C += A·B when accumulating.
/// </summary>
public readonly record struct GemmEpilogue
{
    /// <summary>C = A·B.</summary>
    public static GemmEpilogue Store => default;

    /// <summary>
    /// C += A·B: the accumulators start from C, so that a sum over k that is cut into launches
    /// has the bits of the uncut one. Excludes everything else here.
    /// </summary>
    public static GemmEpilogue AddTo => new() { Accumulate = true };

    /// <summary>Start from C's elements.</summary>
    public bool Accumulate { get; init; }

    /// <summary>[N], added to every row.</summary>
    public Tensor Bias { get; init; }

    /// <summary>Apply exact GELU to A·B + bias.</summary>
    public bool Gelu { get; init; }

    /// <summary>[M, N], out: A·B + bias before GELU, kept for the backward pass.</summary>
    public Tensor PreActivation { get; init; }

    /// <summary>[M, N], added last; may be C itself.</summary>
    public Tensor Residual { get; init; }
}

/// <summary>
/// A weight in the backend's preferred layout for one product, made once and used many times.
/// A backend without such a layout keeps the tensor.
/// </summary>
/// <param name="Storage">What the backend made of the weight.</param>
/// <param name="Layout">NT (y = x·Wᵀ) or NN (dx = dy·W).</param>
/// <param name="N">Columns of the product.</param>
/// <param name="K">Terms of each sum.</param>
public readonly record struct PackedWeights(Tensor Storage, GemmLayout Layout, int N, int K);

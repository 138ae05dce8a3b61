using Robustness.Compute;

namespace Robustness.Models;

/// <summary>What the forward pass of one block keeps for its backward pass.</summary>
internal struct LayerActivations
{
    /// <summary>
    /// [N, C], the block's input, and its read rows (the same tensor unless last).
    /// </summary>
    public Tensor Input,
        InputRows;

    /// <summary>Attention norm: output [N, C], its read rows, mean and rstd [N].</summary>
    public Tensor AttentionNorm,
        AttentionNormRows,
        AttentionMean,
        AttentionRstd;

    /// <summary>q [R, C], k and v [N, C], and the buffers they are columns of.</summary>
    public Tensor Query,
        Key,
        Value,
        Packed;

    /// <summary>Attention output [R, C] and log-sum-exp [R, H].</summary>
    public Tensor Attention,
        LogSumExp;

    /// <summary>MLP norm: output [R, C], mean and rstd [R].</summary>
    public Tensor MlpNorm,
        MlpMean,
        MlpRstd;

    /// <summary>[R, F] before and after GELU.</summary>
    public Tensor PreActivation,
        Activation;
}

/// <summary>
/// What a forward pass keeps for the backward pass; valid until its arena rewinds.
/// </summary>
public sealed class ActivationStore
{
    internal LayerActivations[] Layers { get; private set; } = [];

    internal Tensor Ids { get; set; }

    internal Tensor FinalInput { get; set; }

    internal Tensor FinalMean { get; set; }

    internal Tensor FinalRstd { get; set; }

    internal void Prepare(int layerCount)
    {
        if (Layers.Length != layerCount)
        {
            Layers = new LayerActivations[layerCount];
        }
    }
}

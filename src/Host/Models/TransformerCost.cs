using Robustness.Compute;

namespace Robustness.Models;

/// <summary>
/// FLOPs of passes of <see cref="Transformer"/> over one segment, from the costs of the very
/// operations it calls. Every cost is a sum over rows, so the FLOPs of a launch are the sum over
/// its segments, and each example can be charged its own share of a shared launch.
/// </summary>
/// <param name="Executed">All operations.</param>
/// <param name="Linear">Rows times block weights only.</param>
public readonly record struct TransformerCost(long Executed, long Linear)
{
    private static readonly Tensor s_present = new(1, DataType.Float32, new Shape(1), 1);
    private static readonly GemmEpilogue s_bias = new() { Bias = s_present };
    private static readonly GemmEpilogue s_residual = s_bias with { Residual = s_present };
    private static readonly GemmEpilogue s_gelu = s_bias with { Gelu = true };

    /// <summary>Component-wise sum.</summary>
    public static TransformerCost operator +(TransformerCost a, TransformerCost b) => a.Plus(b);

    /// <summary>Component-wise sum.</summary>
    public TransformerCost Plus(TransformerCost other) =>
        new(Executed + other.Executed, Linear + other.Linear);

    /// <summary>Blocks and final norm, forward.</summary>
    public static TransformerCost Forward(ModelConfig config, in Segment segment)
    {
        ArgumentNullException.ThrowIfNull(config);
        long width = config.Width;
        long n = segment.RowCount;
        var cost = new TransformerCost(0, 0);
        for (int layer = 0; layer < config.LayerCount; layer++)
        {
            bool last = layer == config.LayerCount - 1;
            var rowSet = last ? RowSet.Read : RowSet.All;
            long r = last ? segment.ReadCount : n;
            long pairs = KernelCost.AttentionPairs(segment, rowSet);
            cost += Operation(KernelCost.LayerNormForward(n, width));
            cost += Product(r, width, width, s_bias);
            cost += Product(n, 2 * width, width, s_bias);
            cost += Operation(Rotary(config, r));
            cost += Operation(Rotary(config, n));
            cost += Operation(
                KernelCost.AttentionForward(pairs, r, config.HeadCount, config.HeadSize)
            );
            cost += Operation(KernelCost.LayerNormForward(r, width));
            cost += Product(r, config.FeedForward, width, s_gelu);
            cost += Product(r, width, width, s_residual);
            cost += Product(r, width, config.FeedForward, s_residual);
        }
        return cost + Operation(KernelCost.LayerNormForward(segment.ReadCount, width));
    }

    /// <summary>
    /// Blocks and final norm, backward to the embedded tokens, no weight gradients.
    /// </summary>
    public static TransformerCost InputBackward(ModelConfig config, in Segment segment)
    {
        ArgumentNullException.ThrowIfNull(config);
        long width = config.Width;
        long n = segment.RowCount;
        bool scatter = segment.ReadCount != segment.RowCount;
        var cost = Operation(KernelCost.LayerNormBackward(segment.ReadCount, width, false));
        for (int layer = 0; layer < config.LayerCount; layer++)
        {
            bool last = layer == config.LayerCount - 1;
            var rowSet = last ? RowSet.Read : RowSet.All;
            long r = last ? segment.ReadCount : n;
            long pairs = KernelCost.AttentionPairs(segment, rowSet);
            cost += Product(r, config.FeedForward, width, GemmEpilogue.Store);
            cost += Operation(KernelCost.GeluBackward(r, config.FeedForward));
            cost += Product(r, width, config.FeedForward, GemmEpilogue.Store);
            cost += Product(r, width, width, GemmEpilogue.Store);
            cost += Operation(
                KernelCost.AttentionBackward(pairs, r, config.HeadCount, config.HeadSize)
            );
            cost += Operation(Rotary(config, r));
            cost += Operation(Rotary(config, n));
            cost += Product(r, width, width, GemmEpilogue.Store);
            cost += Product(n, width, 2 * width, GemmEpilogue.Store);
            cost += Operation(KernelCost.LayerNormBackward(r, width, false));
            cost += Operation(KernelCost.LayerNormBackward(n, width, false));
            if (last)
            {
                long scatters = scatter ? 2 : 1;
                cost += Operation(KernelCost.ScatterReadRows(scatters * r, width));
            }
        }
        return cost;
    }

    /// <summary>Head and loss of M read rows.</summary>
    public static TransformerCost ClassifierForward(ModelConfig config, long rows)
    {
        ArgumentNullException.ThrowIfNull(config);
        return Operation(KernelCost.ClassifierForward(rows, config.ClassCount, config.Width));
    }

    /// <summary>Loss gradient and head backward of M read rows.</summary>
    public static TransformerCost ClassifierBackward(ModelConfig config, long rows)
    {
        ArgumentNullException.ThrowIfNull(config);
        var head = KernelCost.ClassifierBackward(rows, config.ClassCount, config.Width, false);
        return Operation(KernelCost.ClassificationLoss(rows, config.ClassCount)) + Operation(head);
    }

    private static KernelCost Rotary(ModelConfig config, long rows) =>
        KernelCost.RotaryForward(rows, config.HeadCount, config.RotaryDimensions);

    private static TransformerCost Operation(KernelCost cost) => new(cost.Flops, 0);

    private static TransformerCost Product(long m, long n, long k, in GemmEpilogue epilogue) =>
        new(KernelCost.Gemm(m, n, k, epilogue).Flops, 2 * m * n * k);
}

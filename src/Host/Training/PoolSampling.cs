using Robustness.Numerics;

namespace Robustness.Training;

/// <summary>How the losses of the pool become ranks.</summary>
public enum LossRankRule
{
    /// <summary>The place of an example's loss among all losses, 0 = the smallest.</summary>
    Correct,

    /// <summary>
    /// The i-th entry of the sorting permutation, as the published code has it: which example is
    /// i-th smallest, not which place example i has.
    /// </summary>
    AsPublished,
}

/// <summary>
/// Which pool examples a round trains on (4.3, step 3): without replacement, with chance
/// proportional to exp(decay · (rank − largest rank)), rank = (1 − w) · age rank + w · loss rank;
/// newer examples and those of higher loss are likelier.
/// </summary>
public static class PoolSampling
{
    // A weight that underflows would be no weight; the smallest ones share this floor.
    private const double SmallestWeight = 1e-300;

    /// <summary>Chances up to a factor; exactly equal when the decay is 0.</summary>
    /// <param name="losses">
    /// Last loss of each example, oldest first; null: never trained on.
    /// </param>
    /// <param name="lossRankWeight">w, 0 to 1.</param>
    /// <param name="decay">0 or more.</param>
    /// <param name="rule">How losses become ranks.</param>
    public static double[] Weights(
        IReadOnlyList<double?> losses,
        double lossRankWeight,
        double decay,
        LossRankRule rule
    )
    {
        ArgumentNullException.ThrowIfNull(losses);
        int[] lossRanks = LossRanks(losses, rule);
        var ranks = new double[losses.Count];
        for (int i = 0; i < ranks.Length; i++)
        {
            ranks[i] = ((1 - lossRankWeight) * i) + (lossRankWeight * lossRanks[i]);
        }
        double largest = ranks.Length == 0 ? 0 : ranks.Max();
        return
        [
            .. ranks.Select(rank => Math.Max(SmallestWeight, Math.Exp(decay * (rank - largest)))),
        ];
    }

    /// <summary>Ranks by loss, ties by age; what was never trained on counts as infinite.</summary>
    public static int[] LossRanks(IReadOnlyList<double?> losses, LossRankRule rule)
    {
        ArgumentNullException.ThrowIfNull(losses);
        var order = Enumerable
            .Range(0, losses.Count)
            .OrderBy(i => losses[i] ?? double.PositiveInfinity)
            .ThenBy(i => i)
            .ToArray();
        if (rule == LossRankRule.AsPublished)
        {
            return order;
        }
        int[] ranks = new int[order.Length];
        for (int place = 0; place < order.Length; place++)
        {
            ranks[order[place]] = place;
        }
        return ranks;
    }

    /// <summary>Draws pool places of one round, in the order in which they were drawn.</summary>
    public static int[] Draw(StreamKey key, int round, ReadOnlySpan<double> weights, int count)
    {
        int[] chosen = new int[count];
        Sampling.WeightedWithoutReplacement(key, (uint)round, 0, weights, chosen);
        return chosen;
    }
}

using NUnit.Framework;
using Robustness.Numerics;
using Robustness.Training;

namespace Robustness.Tests.Training;

/// <summary>How pool examples are drawn (4.3, step 3).</summary>
[TestFixture]
public sealed class PoolSamplingTests
{
    private static readonly StreamKey s_key = StreamKey.Create(1, "adversarial/pool", "");

    [Test]
    public void RanksArePlacesAndUnseenOnesComeLast()
    {
        double?[] losses = [0.5, 2.0, null, 0.1, null, 0.5];

        Assert.That(
            PoolSampling.LossRanks(losses, LossRankRule.Correct),
            Is.EqualTo([1, 3, 4, 0, 5, 2])
        );
    }

    [Test]
    public void AsPublishedTheSortingPermutationStandsForRanks()
    {
        double?[] losses = [0.5, 2.0, null, 0.1, null, 0.5];

        Assert.That(
            PoolSampling.LossRanks(losses, LossRankRule.AsPublished),
            Is.EqualTo([3, 0, 5, 1, 2, 4])
        );
    }

    [Test]
    public void WeightsAreTheFormula()
    {
        double?[] losses = [0.9, 0.1, 0.5];
        double[] ranks = [(0.75 * 0) + (0.25 * 2), 0.75 * 1, (0.75 * 2) + (0.25 * 1)];
        var wanted = ranks.Select(r => Math.Exp(0.3 * (r - ranks.Max())));

        Assert.That(
            PoolSampling.Weights(losses, 0.25, 0.3, LossRankRule.Correct),
            Is.EqualTo(wanted).Within(1e-15)
        );
    }

    [Test]
    public void TheFirstDrawFollowsTheWeights()
    {
        double?[] losses = [0.9, 0.1, 0.5, null, 0.7, 0.2, null, 0.3];
        double[] weights = PoolSampling.Weights(losses, 0.5, 0.35, LossRankRule.Correct);
        const int draws = 100_000;
        int[] counts = new int[weights.Length];
        for (int round = 0; round < draws; round++)
        {
            counts[PoolSampling.Draw(s_key, round, weights, 3)[0]]++;
        }

        double chi = ChiSquare(counts, [.. weights.Select(w => draws * w / weights.Sum())]);

        Assert.That(chi, Is.LessThan(24.32), "7 degrees of freedom, p = 0.001");
    }

    // Given the first draw, the second one has the remaining weights, renormalised.
    [Test]
    public void TheSecondDrawRenormalises()
    {
        double[] weights = [1, 2, 3, 4];
        const int draws = 100_000;
        int[] counts = new int[weights.Length];
        int given = 0;
        for (int round = 0; round < draws; round++)
        {
            int[] drawn = PoolSampling.Draw(s_key, round, weights, 2);
            if (drawn[0] == 2)
            {
                given++;
                counts[drawn[1]]++;
            }
        }

        double chi = ChiSquare(
            [counts[0], counts[1], counts[3]],
            [given * 1 / 7.0, given * 2 / 7.0, given * 4 / 7.0]
        );

        Assert.That(counts[2], Is.Zero);
        Assert.That(chi, Is.LessThan(13.82), "2 degrees of freedom, p = 0.001");
    }

    [Test]
    public void WithoutDecayItIsTheUniformDrawToTheBit()
    {
        double?[] losses = [0.9, 0.1, null, 0.5, 0.2];
        double[] weights = PoolSampling.Weights(losses, 0.5, 0, LossRankRule.Correct);
        int[] uniform = new int[3];
        Sampling.WithoutReplacement(s_key, 4, 0, 5, uniform);

        Assert.That(weights, Has.All.EqualTo(1.0));
        Assert.That(PoolSampling.Draw(s_key, 4, weights, 3), Is.EqualTo(uniform));
    }

    [Test]
    public void AHugePoolHasNoWeightOfZero()
    {
        var losses = Enumerable.Repeat<double?>(null, 50_000).ToList();
        double[] weights = PoolSampling.Weights(losses, 0.5, 0.05, LossRankRule.Correct);

        Assert.That(weights, Has.All.GreaterThan(0));
        Assert.That(PoolSampling.Draw(s_key, 1, weights, 800), Is.Unique);
    }

    private static double ChiSquare(int[] counts, double[] expected) =>
        counts.Select((c, i) => (c - expected[i]) * (c - expected[i]) / expected[i]).Sum();
}

using NUnit.Framework;
using Robustness.Models;
using Robustness.Numerics;

namespace Robustness.Tests.Models;

/// <summary>Which token follows from logits.</summary>
[TestFixture]
public sealed class TokenChoiceTests
{
    private const int Draws = 40_000;
    private static readonly StreamKey s_key = StreamKey.Create(1, "generation/sample", "");
    private static readonly float[] s_logits = [0.5f, 2, -1, 2, 0, -0f, 1];

    [Test]
    public void GreedyTakesTheLowestIdOfTheLargestLogits() =>
        Assert.That(Choose(new(), 0), Is.EqualTo(1));

    [TestCase(1, 1.0)]
    [TestCase(0, 1e-9)]
    public void KeepingOneTokenIsGreedy(int topK, double topP)
    {
        var settings = new GenerationSettings
        {
            Temperature = 1,
            TopK = topK,
            TopP = topP,
        };
        Assert.That(Counts(settings, 100)[1], Is.EqualTo(100));
    }

    [TestCase(1.0, 0, 1.0, new[] { 1, 3, 6, 0, 4, 5, 2 })]
    [TestCase(0.5, 0, 1.0, new[] { 1, 3, 6, 0, 4, 5, 2 })]
    [TestCase(2.0, 4, 1.0, new[] { 1, 3, 6, 0 })]
    [TestCase(1.0, 0, 0.80, new[] { 1, 3, 6 })]
    [TestCase(1.0, 3, 0.75, new[] { 1, 3 })]
    public void FrequenciesAreTheRenormalisedProbabilitiesOfTheKept(
        double temperature,
        int topK,
        double topP,
        int[] kept
    )
    {
        var settings = new GenerationSettings
        {
            Temperature = temperature,
            TopK = topK,
            TopP = topP,
        };
        int[] counts = Counts(settings, Draws);
        double total = kept.Sum(id => Math.Exp(s_logits[id] / temperature));
        for (int id = 0; id < s_logits.Length; id++)
        {
            double share = kept.Contains(id) ? Math.Exp(s_logits[id] / temperature) / total : 0;
            double deviation = Math.Sqrt(Draws * share * (1 - share));
            Assert.That(counts[id], Is.EqualTo(Draws * share).Within(4.5 * deviation), $"id {id}");
        }
    }

    [Test]
    public void TheDrawIsTheInverseCdfInDescendingProbability()
    {
        // The one uniform double of (t, row), laid on the sorted probabilities.
        var settings = new GenerationSettings { Temperature = 1 };
        int[] sorted = [1, 3, 6, 0, 4, 5, 2];
        double total = s_logits.Sum(l => Math.Exp(l));
        for (uint t = 0; t < 50; t++)
        {
            double left = new Philox(s_key, t, 9).NextDouble() * total;
            int rank = 0;
            while (left >= Math.Exp(s_logits[sorted[rank]]))
            {
                left -= Math.Exp(s_logits[sorted[rank++]]);
            }
            Assert.That(Choose(settings, t), Is.EqualTo(sorted[rank]));
        }
    }

    [Test]
    public void DamagedLogitsAreNamed()
    {
        var choice = new TokenChoice(new(), s_key, 2);
        Assert.That(
            () => choice.Choose([0, float.NaN], 0, 0),
            Throws.InvalidOperationException.With.Message.StartsWith("The logit of token 1 is NaN")
        );
    }

    [Test]
    public void SettingsTellEveryFaultAtOnce()
    {
        var settings = new GenerationSettings
        {
            NewTokenCount = 0,
            TopP = 1.5,
            TopK = -1,
            Temperature = double.NaN,
        };
        Assert.That(
            settings.Faults(),
            Is.EqualTo(
                new[]
                {
                    "new_tokens is 0; allowed is from 1.",
                    "top_k is -1; allowed is from 0.",
                    "temperature is NaN; allowed is 0 (greedy) or above.",
                    "top_p is 1.5; allowed is above 0 up to 1.",
                }
            )
        );
    }

    private static int Choose(GenerationSettings settings, uint t) =>
        new TokenChoice(settings, s_key, s_logits.Length).Choose(s_logits, t, 9);

    private static int[] Counts(GenerationSettings settings, int draws)
    {
        var choice = new TokenChoice(settings, s_key, s_logits.Length);
        var counts = new int[s_logits.Length];
        for (uint t = 0; t < draws; t++)
        {
            counts[choice.Choose(s_logits, t, 2)]++;
        }
        return counts;
    }
}

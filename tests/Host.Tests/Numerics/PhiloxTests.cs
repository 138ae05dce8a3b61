using NUnit.Framework;
using Robustness.Numerics;

namespace Robustness.Tests.Numerics;

/// <summary>Philox4x32-10 against the known answers of its authors' distribution.</summary>
public sealed class PhiloxTests
{
    [TestCase(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [TestCase(
        0xffffffffu,
        0xffffffffu,
        0xffffffffu,
        0xffffffffu,
        0xffffffffu,
        0xffffffffu,
        0x408f276du,
        0x41c83b0eu,
        0xa20bc7c6u,
        0x6d5451fdu
    )]
    [TestCase(
        0x243f6a88u,
        0x85a308d3u,
        0x13198a2eu,
        0x03707344u,
        0xa4093822u,
        0x299f31d0u,
        0xd16cfe09u,
        0x94fdccebu,
        0x5001e420u,
        0x24126ea1u
    )]
    public void BlockEqualsTheKnownAnswer(
        uint c0,
        uint c1,
        uint c2,
        uint c3,
        uint k0,
        uint k1,
        uint w0,
        uint w1,
        uint w2,
        uint w3
    )
    {
        var words = Philox.Block(new StreamKey(k0, k1), c0, c1, c2, c3);
        Assert.That(words, Is.EqualTo((w0, w1, w2, w3)));
    }

    [Test]
    public void BelowIsUniformByChiSquare()
    {
        var draws = new Philox(StreamKey.Create(1, "test", ""), 0, 0);
        var counts = new int[7];
        for (int i = 0; i < 70_000; i++)
        {
            counts[draws.NextBelow(7)]++;
        }
        double chiSquare = counts.Sum(c => (c - 10_000.0) * (c - 10_000.0) / 10_000.0);
        Assert.That(chiSquare, Is.LessThan(22.46)); // p = 0.001 at 6 degrees of freedom
    }

    [Test]
    public void NormalHasUnitMoments()
    {
        var draws = new Philox(StreamKey.Create(2, "test", ""), 3, 4);
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < 100_000; i++)
        {
            double z = draws.NextNormal();
            sum += z;
            squares += z * z;
        }
        Assert.That(sum / 100_000, Is.EqualTo(0).Within(0.015));
        Assert.That(squares / 100_000, Is.EqualTo(1).Within(0.02));
    }

    [Test]
    public void WeightedDrawFollowsItsWeights()
    {
        double[] weights = [1, 2, 3, 4];
        var key = StreamKey.Create(5, "test", "");
        var counts = new int[4];
        Span<int> chosen = stackalloc int[1];
        for (uint t = 0; t < 40_000; t++)
        {
            Sampling.WeightedWithoutReplacement(key, t, 0, weights, chosen);
            counts[chosen[0]]++;
        }
        double chiSquare = 0;
        for (int i = 0; i < 4; i++)
        {
            double expected = 4_000 * weights[i];
            chiSquare += (counts[i] - expected) * (counts[i] - expected) / expected;
        }
        Assert.That(chiSquare, Is.LessThan(16.27)); // p = 0.001 at 3 degrees of freedom
    }

    [Test]
    public void EqualWeightsDrawAsNoWeights()
    {
        var key = StreamKey.Create(6, "test", "");
        var weighted = new int[5];
        var plain = new int[5];
        Sampling.WeightedWithoutReplacement(key, 1, 2, [.3, .3, .3, .3, .3, .3], weighted);
        Sampling.WithoutReplacement(key, 1, 2, 6, plain);
        Assert.That(weighted, Is.EqualTo(plain));
    }

    [Test]
    public void PermutationHoldsEveryItemOnce()
    {
        int[] order = Sampling.Permutation(StreamKey.Create(7, "test", ""), 0, 0, 1000);
        Assert.That(order.Order(), Is.EqualTo(Enumerable.Range(0, 1000)));
        Assert.That(order, Is.Not.EqualTo(Enumerable.Range(0, 1000)));
    }
}

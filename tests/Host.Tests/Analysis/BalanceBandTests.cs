using NUnit.Framework;
using Robustness.Analysis;

namespace Robustness.Tests.Analysis;

/// <summary>The band of a balance over redrawn rows and seeds.</summary>
public sealed class BalanceBandTests
{
    private static readonly double[] s_places = [-4, -3.5, -3];

    /// <summary>
    /// Round r costs 10^(-4 + r/4) and half of the rows break at iteration 4·(r + 1): the target
    /// 0.25 is reached half way up to there. The band holds the line of all rows.
    /// </summary>
    [Test]
    public void HoldsTheLineOfAllRows()
    {
        BalanceBand band = Band(Models(seeds: 3, spread: 3));
        Assert.That(band.Slope!.Value.Low, Is.LessThan(band.Slope.Value.High));
        Assert.That(band.Line, Has.Count.EqualTo(3));
        Assert.That(band.Line.All(b => b.Low <= b.High));
        // Iterations 4, 8, 12, 16, 20 at four places a decade: about 0.7 in log10 a decade.
        Assert.That(band.Slope.Value.Low, Is.LessThan(0.7));
        Assert.That(band.Slope.Value.High, Is.GreaterThan(0.6));
    }

    [Test]
    public void IsTheSameEachTime()
    {
        BalanceBand first = Band(Models(2, 2));
        BalanceBand second = Band(Models(2, 2));
        Assert.That(second.Line, Is.EqualTo(first.Line));
    }

    [Test]
    public void OneSeedIsDrawnByRows() => Assert.That(Band(Models(1, 3)).Slope, Is.Not.Null);

    [Test]
    public void ATargetThatIsNotReachedGivesNoBand()
    {
        BalanceBand band = Band(Models(2, 2), target: 0.9);
        Assert.That(band.Slope, Is.Null);
        Assert.That(band.Line, Is.Empty);
    }

    [Test]
    public void NoModelGivesNoBand() => Assert.That(Band([]).Slope, Is.Null);

    private static BalanceBand Band(IReadOnlyList<AttackedRows> models, double target = 0.25) =>
        BalanceBand.Of(
            models,
            Enumerable.Range(1, 5).ToDictionary(r => r, r => -4 + 0.25 * r),
            target,
            -6,
            s_places,
            "test"
        );

    private static List<AttackedRows> Models(int seeds, int spread)
    {
        var models = new List<AttackedRows>();
        for (int seed = 0; seed < seeds; seed++)
        {
            for (int round = 1; round <= 5; round++)
            {
                AttackedRow[] rows =
                [
                    .. Enumerable
                        .Range(0, 40)
                        .Select(id =>
                        {
                            int breach = 4 * round + id % spread - seed % 2;
                            bool[] broken = new bool[32];
                            for (int i = breach; id % 2 == 0 && i < broken.Length; i++)
                            {
                                broken[i] = true;
                            }
                            return new AttackedRow(id, broken);
                        }),
                ];
                models.Add(new(seed, round, rows));
            }
        }
        return models;
    }
}

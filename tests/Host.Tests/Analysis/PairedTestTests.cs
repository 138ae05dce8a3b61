using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Robustness.Analysis;

namespace Robustness.Tests.Analysis;

/// <summary>The exact sign-flip test against closed forms and against enumeration.</summary>
public sealed class PairedTestTests
{
    /// <summary>Nine rows mended and one broken: P(Binomial(10, 1/2) ≥ 9) = 11/1024.</summary>
    [Test]
    public void OneSeedIsMcNemarsExactTest()
    {
        PairedRow[] pairs =
        [
            .. Enumerable.Range(0, 9).Select(i => new PairedRow(i, 0, true, false)),
            new(9, 0, false, true),
            new(10, 0, true, true),
            new(11, 0, false, false),
        ];
        PairedTest test = PairedTest.Of(pairs)!;
        Assert.That(test.PValue, Is.EqualTo(11.0 / 1024).Within(1e-15));
        Assert.That(
            (test.PairCount, test.RowCount, test.SeedCount, test.BrokenBefore, test.BrokenAfter),
            Is.EqualTo((12, 12, 1, 10, 2))
        );
    }

    /// <summary>Seeds that agree on a row are one flip: 1/2 each, not 1/4.</summary>
    [Test]
    public void SeedsOfARowFlipTogether()
    {
        PairedRow[] pairs =
        [
            .. from row in Enumerable.Range(0, 3)
            from seed in Enumerable.Range(0, 2)
            select new PairedRow(row, seed, true, false),
        ];
        Assert.That(PairedTest.Of(pairs)!.PValue, Is.EqualTo(1.0 / 8).Within(1e-15));
    }

    [Test]
    public void NothingDifferent()
    {
        Assert.That(PairedTest.Of([]), Is.Null);
        Assert.That(PairedTest.Of([new(0, 0, true, true)])!.PValue, Is.EqualTo(1));
    }

    [Test]
    public void EqualsTheEnumerationOfAllSigns()
    {
        Gen<bool> coin = Gen.Elements(true, false);
        Gen<PairedRow[]> rows = Gen.Choose(0, 5)
            .Zip(Gen.Choose(0, 2))
            .Zip(coin.Zip(coin))
            .Select(r => new PairedRow(r.Item1.Item1, r.Item1.Item2, r.Item2.Item1, r.Item2.Item2))
            .ArrayOf(9);
        Prop.ForAll(
                rows.ToArbitrary(),
                pairs =>
                {
                    int[] d =
                    [
                        .. pairs
                            .GroupBy(p => p.RowId)
                            .Select(g =>
                                g.Count(p => p.BrokenBefore) - g.Count(p => p.BrokenAfter)
                            ),
                    ];
                    int atLeast = Enumerable
                        .Range(0, 1 << d.Length)
                        .Count(signs =>
                            d.Index().Sum(x => (signs >> x.Index & 1) == 0 ? x.Item : -x.Item)
                            >= d.Sum()
                        );
                    double expected = (double)atLeast / (1 << d.Length);
                    return Math.Abs(PairedTest.Of(pairs)!.PValue - expected) < 1e-12;
                }
            )
            .QuickCheckThrowOnFailure();
    }
}

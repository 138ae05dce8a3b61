namespace Robustness.Analysis;

/// <summary>One row attacked on two models that differ in their training only.</summary>
/// <param name="RowId">The row; the same row of several seeds is one cluster.</param>
/// <param name="Seed">Seed of both models.</param>
/// <param name="BrokenBefore">On the model compared with.</param>
/// <param name="BrokenAfter">On the trained model.</param>
public readonly record struct PairedRow(long RowId, int Seed, bool BrokenBefore, bool BrokenAfter);

/// <summary>
/// Whether training lowered success on the very rows that both models were attacked on: an exact
/// one-sided sign-flip test. Under no effect the sum over seeds of (broken before - broken after)
/// of each row is as likely as its negative; p is the chance of a total at least as large. With
/// one seed it is McNemar's exact test.
/// </summary>
/// <param name="PairCount">Pairs of (row, seed).</param>
/// <param name="RowCount">Distinct rows.</param>
/// <param name="SeedCount">Distinct seeds.</param>
/// <param name="BrokenBefore">Pairs broken on the model compared with.</param>
/// <param name="BrokenAfter">Pairs broken on the trained model.</param>
/// <param name="PValue">One-sided; 1 if nothing differs.</param>
public sealed record PairedTest(
    int PairCount,
    int RowCount,
    int SeedCount,
    int BrokenBefore,
    int BrokenAfter,
    double PValue
)
{
    /// <summary>The test; null without pairs.</summary>
    public static PairedTest? Of(IReadOnlyCollection<PairedRow> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        if (pairs.Count == 0)
        {
            return null;
        }
        int[] differences =
        [
            .. pairs
                .GroupBy(p => p.RowId)
                .Select(g => g.Sum(p => (p.BrokenBefore ? 1 : 0) - (p.BrokenAfter ? 1 : 0))),
        ];
        return new(
            pairs.Count,
            differences.Length,
            pairs.Select(p => p.Seed).Distinct().Count(),
            pairs.Count(p => p.BrokenBefore),
            pairs.Count(p => p.BrokenAfter),
            Tail(differences)
        );
    }

    /// <summary>
    /// P(Σ ±|d| ≥ Σ d) with fair independent signs, by adding one row's two outcomes after the
    /// other to the distribution of the sum.
    /// </summary>
    private static double Tail(int[] differences)
    {
        int reach = differences.Sum(Math.Abs);
        double[] chance = new double[2 * reach + 1];
        chance[reach] = 1;
        foreach (int step in differences.Select(Math.Abs).Where(d => d > 0))
        {
            double[] next = new double[chance.Length];
            for (int i = 0; i < chance.Length; i++)
            {
                if (chance[i] > 0)
                {
                    next[i - step] += chance[i] / 2;
                    next[i + step] += chance[i] / 2;
                }
            }
            chance = next;
        }
        return Math.Min(1, chance.Skip(reach + differences.Sum()).Sum());
    }
}

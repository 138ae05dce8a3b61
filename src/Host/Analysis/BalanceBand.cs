using Robustness.Numerics;

namespace Robustness.Analysis;

/// <summary>
/// How far the line of one size's balance moves when seeds, and rows within each seed, are drawn
/// anew: rates, iterations to the target and the fit are computed again from each draw. What a
/// round cost is held.
/// </summary>
/// <param name="Slope">95 % interval of the slope; null if too few draws give a line.</param>
/// <param name="Line">
/// 95 % band of log10 attack fraction at each place asked for; empty if too few draws give a line.
/// </param>
public sealed record BalanceBand(
    (double Low, double High)? Slope,
    IReadOnlyList<(double Low, double High)> Line
)
{
    /// <summary>Replicates of a band: each walks every row of every round.</summary>
    public const int Replicates = 400;

    /// <summary>Draws the band of one size.</summary>
    /// <param name="models">Every attacked model of the size, round 0 left out.</param>
    /// <param name="defense">log10 defence fraction by round; others do not count.</param>
    /// <param name="target">Wanted success rate.</param>
    /// <param name="logIterationCost">log10 of an iteration on a row over pretraining.</param>
    /// <param name="places">log10 defence fractions at which the band is wanted.</param>
    /// <param name="scope">Names the random stream.</param>
    public static BalanceBand Of(
        IReadOnlyList<AttackedRows> models,
        IReadOnlyDictionary<int, double> defense,
        double target,
        double logIterationCost,
        IReadOnlyList<double> places,
        string scope
    )
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(defense);
        ArgumentNullException.ThrowIfNull(places);
        SeedRows[] seeds =
        [
            .. models
                .Where(m => defense.ContainsKey(m.Round) && m.Rows.Count > 0)
                .GroupBy(m => m.Seed)
                .OrderBy(g => g.Key)
                .Select(g => new SeedRows([.. g.OrderBy(m => m.Round)])),
        ];
        var lines = new List<(double Slope, double Intercept)>();
        for (int replicate = 0; seeds.Length > 0 && replicate < Replicates; replicate++)
        {
            var random = new Philox(BootstrapStream.Of(scope), (uint)replicate, 0);
            if (FitOf(Draw(seeds, ref random, target), defense, logIterationCost) is { } line)
            {
                lines.Add(line);
            }
        }
        // A band from the few draws that happen to reach the target would be a biased one.
        if (lines.Count < Replicates / 2)
        {
            return new(null, []);
        }
        return new(
            Percentiles(lines, l => l.Slope),
            [.. places.Select(x => Percentiles(lines, l => l.Intercept + l.Slope * x))]
        );
    }

    /// <summary>Iterations to the target by round, one value for each drawn seed.</summary>
    private static List<(int Round, double Iterations)> Draw(
        SeedRows[] seeds,
        ref Philox random,
        double target
    )
    {
        var reached = new List<(int Round, double Iterations)>();
        for (int i = 0; i < seeds.Length; i++)
        {
            SeedRows seed = seeds[random.NextBelow((uint)seeds.Length)];
            int[] weights = new int[seed.RowCount];
            for (int k = 0; k < weights.Length; k++)
            {
                weights[random.NextBelow((uint)weights.Length)]++;
            }
            reached.AddRange(seed.Reached(weights, target));
        }
        return reached;
    }

    private static (double, double)? FitOf(
        IEnumerable<(int Round, double Iterations)> reached,
        IReadOnlyDictionary<int, double> defense,
        double logIterationCost
    )
    {
        (double X, double Y)[] points =
        [
            .. from round in reached.GroupBy(r => r.Round)
            let median = SampleSummary.MedianOf(round.Select(r => r.Iterations))
            where median > 0
            select (defense[round.Key], Math.Log10(median.Value) + logIterationCost),
        ];
        ScalingFit fit = ScalingFit.Of(
            [.. points.Select(p => p.X)],
            [.. points.Select(p => p.Y)],
            OffenseDefense.MinimumCount
        );
        return fit is { Slope: { } slope, Intercept: { } intercept } ? (slope, intercept) : null;
    }

    private static (double Low, double High) Percentiles(
        List<(double Slope, double Intercept)> lines,
        Func<(double Slope, double Intercept), double> value
    )
    {
        double[] ascending = [.. lines.Select(value).Order()];
        return (SampleSummary.Quantile(ascending, 0.025), SampleSummary.Quantile(ascending, 0.975));
    }
}

namespace Robustness.Analysis;

/// <summary>One attacked model with every iteration stored.</summary>
/// <param name="Size">Index of the size in ascending order of parameters.</param>
/// <param name="Round">Its adversarial training round.</param>
/// <param name="Rates">Success rate at iterations 0, 1, 2, ...</param>
/// <param name="FlopsPerExample">FLOPs of one iteration on one example; null if unknown.</param>
public sealed record AttackedModel(int Size, int Round, double[] Rates, double? FlopsPerExample);

/// <summary>Where attack and defence stand at one (target, size, round).</summary>
/// <param name="Size">The size.</param>
/// <param name="Round">The round.</param>
/// <param name="Iterations">Median over the seeds that reach the target.</param>
/// <param name="Attack">Compute to reach it on one example, fraction of pretraining.</param>
/// <param name="Defense">Compute of the defence, fraction of pretraining; 0 at round 0.</param>
public sealed record BalancePoint(
    LadderSize Size,
    int Round,
    SampleSummary Iterations,
    double? Attack,
    double? Defense
);

/// <summary>The line of one size through its points with a priced defence.</summary>
/// <param name="Size">The size.</param>
/// <param name="FlopsPerExample">Mean over all its models, of one iteration on one example.</param>
/// <param name="Fit">log10 attack fraction on log10 defence fraction.</param>
public sealed record BalanceFit(LadderSize Size, double? FlopsPerExample, ScalingFit Fit);

/// <summary>
/// The balance of offence and defence: how much compute an attacker needs for a target rate after
/// the defender has spent some on adversarial training. A slope below 1 favours the attacker as
/// both scale.
/// </summary>
public sealed class OffenseDefense
{
    /// <summary>Rounds without which a size has no line.</summary>
    public const int MinimumCount = 3;

    /// <summary>Target rates of the tables.</summary>
    public static IReadOnlyList<double> Targets { get; } = [0.01, 0.02, 0.05];

    private OffenseDefense(IReadOnlyList<BalancePoint> points, IReadOnlyList<BalanceFit> fits)
    {
        Points = points;
        Fits = fits;
    }

    /// <summary>Points by size and round; none where no seed reaches the target.</summary>
    public IReadOnlyList<BalancePoint> Points { get; }

    /// <summary>One fit for each size.</summary>
    public IReadOnlyList<BalanceFit> Fits { get; }

    /// <summary>Places every attained (size, round) and fits a line for each size.</summary>
    /// <param name="sizes">Sizes in ascending order of parameters.</param>
    /// <param name="models">The attacked models of all sizes, rounds and seeds.</param>
    /// <param name="defense">Costs of the rounds.</param>
    /// <param name="target">Wanted success rate, in (0, 1].</param>
    public static OffenseDefense Of(
        IReadOnlyList<LadderSize> sizes,
        IEnumerable<AttackedModel> models,
        DefenseScaling defense,
        double target
    )
    {
        ArgumentNullException.ThrowIfNull(sizes);
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(defense);
        ILookup<int, AttackedModel> bySize = models.ToLookup(m => m.Size);
        var points = new List<BalancePoint>();
        var fits = new List<BalanceFit>();
        for (int i = 0; i < sizes.Count; i++)
        {
            if (!bySize.Contains(i))
            {
                continue;
            }
            LadderSize size = sizes[i];
            double? flops = SampleSummary.MeanOf(
                bySize[i]
                    .Where(m => m.FlopsPerExample is not null)
                    .Select(m => m.FlopsPerExample!.Value)
            );
            int first = points.Count;
            foreach (var round in bySize[i].GroupBy(m => m.Round).OrderBy(g => g.Key))
            {
                SampleSummary? iterations = SampleSummary.Of(
                    round
                        .Select(m => SuccessMetrics.InterpolatedIteration(m.Rates, target))
                        .OfType<double>()
                );
                if (iterations is { } attained)
                {
                    double? attack = attained.Median * flops / size.PretrainingFlops;
                    double? spent = defense.Fraction(size.Parameters, round.Key);
                    points.Add(new(size, round.Key, attained, attack, spent));
                }
            }
            fits.Add(new(size, flops, Line(points.Skip(first))));
        }
        return new(points, fits);
    }

    private static ScalingFit Line(IEnumerable<BalancePoint> points)
    {
        BalancePoint[] priced = [.. points.Where(p => p is { Defense: > 0, Attack: > 0 })];
        return ScalingFit.Of(
            [.. priced.Select(p => Math.Log10(p.Defense!.Value))],
            [.. priced.Select(p => Math.Log10(p.Attack!.Value))],
            MinimumCount
        );
    }
}

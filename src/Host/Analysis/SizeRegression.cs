namespace Robustness.Analysis;

/// <summary>
/// Success at one iteration regressed on size: logit10(Laplace-smoothed rate) ~ 1 + log10(N) over
/// the rows of all seeds.
/// </summary>
/// <param name="Group">The group.</param>
/// <param name="Iteration">The iteration.</param>
/// <param name="Fit">The line.</param>
/// <param name="SlopeInterval">95 % interval, seeds drawn within each size.</param>
public sealed record SizeRegression(
    string Group,
    int Iteration,
    ScalingFit Fit,
    (double Low, double High)? SlopeInterval
)
{
    private const int MinimumCount = 3;
    private const int LastIteration = 10;

    /// <summary>At the group's headline iteration, else at its last one up to 10.</summary>
    public static SizeRegression Of(GroupRows rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        int iteration =
            rows.Group.HeadlineIteration ?? Math.Min(LastIteration, rows.All.Max(r => r.Iteration));
        EvaluationRow[] used =
        [
            .. rows
                .All.Where(r => r.Iteration == iteration && r.EvaluatedCount is not null)
                .OrderBy(r => r.Parameters)
                .ThenBy(r => r.Seed),
        ];
        double[] x = [.. used.Select(r => Math.Log10(r.Parameters))];
        double[] y =
        [
            .. used.Select(r =>
                SuccessMetrics.Logit10(
                    SuccessMetrics.Laplace(r.AttackSuccessRate, r.EvaluatedCount!.Value)
                )
            ),
        ];
        ScalingFit fit = ScalingFit.Of(x, y, MinimumCount);
        int[][] models =
        [
            .. used.Index()
                .GroupBy(r => r.Item.Parameters)
                .Select(g => g.Select(r => r.Index).ToArray()),
        ];
        var interval = fit.Slope is null
            ? null
            : ClusterBootstrap.Interval(
                BootstrapStream.Of($"{rows.Group.Name}/size"),
                [.. models.Select(m => m.Length)],
                drawn =>
                {
                    int[] chosen =
                    [
                        .. drawn.Index().SelectMany(d => d.Item.Select(i => models[d.Index][i])),
                    ];
                    return ScalingFit
                        .Of([.. chosen.Select(i => x[i])], [.. chosen.Select(i => y[i])])
                        .Slope;
                }
            );
        return new(rows.Group.Name, iteration, fit, interval);
    }
}

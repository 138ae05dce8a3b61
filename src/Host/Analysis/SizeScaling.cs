namespace Robustness.Analysis;

/// <summary>
/// The attack scaling of one size: its points on the log-logit plane and their line.
/// </summary>
public sealed class SizeScaling
{
    private SizeScaling(LadderSize size, double[] x, double[] y, int[] seeds, string scope)
    {
        Size = size;
        X = x;
        Y = y;
        ScalingFit fit = ScalingFit.Of(x, y);
        // Without pretraining compute x is only known up to a constant: the slope stands.
        Fit = size.PretrainingFlops is null
            ? fit with
            {
                Intercept = null,
                InterceptError = null,
            }
            : fit;
        Clusters = ClusterSums.Of(x, y, seeds);
        SlopeInterval = fit.Slope is null
            ? null
            : ClusterBootstrap.Interval(
                BootstrapStream.Of(scope),
                [Clusters.Count],
                drawn => ClusterSums.Slope(Clusters, drawn[0])
            );
    }

    /// <summary>The size.</summary>
    public LadderSize Size { get; }

    /// <summary>log10 of attack compute over pretraining compute.</summary>
    public IReadOnlyList<double> X { get; }

    /// <summary>logit10 of the rate.</summary>
    public IReadOnlyList<double> Y { get; }

    /// <summary>The line; without intercept if pretraining compute is unknown.</summary>
    public ScalingFit Fit { get; }

    /// <summary>95 % interval of the slope, seeds drawn; null with one seed.</summary>
    public (double Low, double High)? SlopeInterval { get; }

    internal IReadOnlyList<ClusterSums> Clusters { get; }

    /// <summary>Fits one size; null with fewer than three rates inside (0, 1).</summary>
    internal static SizeScaling? Of(LadderSize size, AttackPoint[] points, string scope)
    {
        Dictionary<int, double?> flops = points
            .GroupBy(p => p.Iteration)
            .ToDictionary(
                g => g.Key,
                g =>
                    SampleSummary.MeanOf(
                        g.Where(p => p.FlopsPerIteration > 0)
                            .Select(p => p.FlopsPerIteration!.Value)
                    )
            );
        double pretraining = size.PretrainingFlops ?? 1;
        var x = new List<double>();
        var y = new List<double>();
        var seeds = new List<int>();
        foreach (AttackPoint point in points)
        {
            bool inside = point.Rate is > 0 and < 1 && point.Iteration > 0;
            if (inside && flops[point.Iteration] is { } mean)
            {
                x.Add(Math.Log10(point.Iteration * mean / pretraining));
                y.Add(SuccessMetrics.Logit10(point.Rate));
                seeds.Add(point.Seed);
            }
        }
        return x.Count < AttackScaling.MinimumCount
            ? null
            : new SizeScaling(size, [.. x], [.. y], [.. seeds], scope);
    }
}

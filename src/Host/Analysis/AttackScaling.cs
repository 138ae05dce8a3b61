namespace Robustness.Analysis;

/// <summary>One observed rate of one model at one iteration.</summary>
/// <param name="Size">Index of the model's size in ascending order of parameters.</param>
/// <param name="Seed">Cluster: the model's seed.</param>
/// <param name="Iteration">Attack iteration, from 0.</param>
/// <param name="Rate">Attack success rate in [0, 1].</param>
/// <param name="FlopsPerIteration">FLOPs of an iteration over the evaluated set.</param>
public readonly record struct AttackPoint(
    int Size,
    int Seed,
    int Iteration,
    double Rate,
    double? FlopsPerIteration
);

/// <summary>A model size of a ladder.</summary>
/// <param name="Label">Its name.</param>
/// <param name="Parameters">N.</param>
/// <param name="PretrainingFlops">Compute of its pretraining; null if unknown.</param>
public sealed record LadderSize(string Label, long Parameters, double? PretrainingFlops);

/// <summary>
/// How fast success rises with attack compute at each size, and how that depends on size:
/// logit10(rate) ~ 1 + log10(iteration·FLOPs per iteration / pretraining FLOPs), pooled over
/// seeds and iterations with 0 &lt; rate &lt; 1; then slope ~ 1 + log10(N).
/// </summary>
public sealed class AttackScaling
{
    /// <summary>
    /// Points without which a size has no slope, and sizes without which no trend.
    /// </summary>
    public const int MinimumCount = 3;

    private AttackScaling(IReadOnlyList<SizeScaling> sizes, string scope)
    {
        Sizes = sizes;
        SizeScaling[] sloped = [.. sizes.Where(s => s.Fit.Slope is not null)];
        double[] x = [.. sloped.Select(s => Math.Log10(s.Size.Parameters))];
        double[] y = [.. sloped.Select(s => s.Fit.Slope!.Value)];
        Trend = ScalingFit.Of(x, y, MinimumCount);
        TrendInterval =
            sloped.Length < MinimumCount
                ? null
                : ClusterBootstrap.Interval(
                    BootstrapStream.Of($"{scope}/trend"),
                    [.. sloped.Select(s => s.Clusters.Count)],
                    drawn =>
                    {
                        double[] slopes = new double[sloped.Length];
                        for (int i = 0; i < slopes.Length; i++)
                        {
                            if (ClusterSums.Slope(sloped[i].Clusters, drawn[i]) is not { } slope)
                            {
                                return null;
                            }
                            slopes[i] = slope;
                        }
                        return ScalingFit.Of(x, slopes).Slope;
                    }
                );
        SizeMatters = CompareModels(sloped);
    }

    /// <summary>The sizes with enough points, in ascending order.</summary>
    public IReadOnlyList<SizeScaling> Sizes { get; }

    /// <summary>slope ~ 1 + log10(N) over the sizes.</summary>
    public ScalingFit Trend { get; }

    /// <summary>95 % interval of the trend's slope, seeds drawn within each size.</summary>
    public (double Low, double High)? TrendInterval { get; }

    /// <summary>One common line against a line for each size, over all pooled points.</summary>
    public NestedModels SizeMatters { get; }

    /// <summary>Fits the slopes.</summary>
    /// <param name="sizes">Sizes in ascending order of parameters.</param>
    /// <param name="points">All rows, also those with a rate of 0 or 1.</param>
    /// <param name="scope">Names the bootstrap's stream.</param>
    public static AttackScaling Fit(
        IReadOnlyList<LadderSize> sizes,
        IEnumerable<AttackPoint> points,
        string scope
    )
    {
        ArgumentNullException.ThrowIfNull(sizes);
        ArgumentNullException.ThrowIfNull(points);
        ILookup<int, AttackPoint> bySize = points.ToLookup(p => p.Size);
        var fitted = new List<SizeScaling>();
        for (int i = 0; i < sizes.Count; i++)
        {
            if (SizeScaling.Of(sizes[i], [.. bySize[i]], $"{scope}/{sizes[i].Label}") is { } slope)
            {
                fitted.Add(slope);
            }
        }
        return new(fitted, scope);
    }

    private static NestedModels CompareModels(SizeScaling[] sizes)
    {
        if (sizes.Length < 2 || sizes.Any(s => s.Size.PretrainingFlops is null))
        {
            return NestedModels.Unknown;
        }
        double[] x = [.. sizes.SelectMany(s => s.X)];
        double[] y = [.. sizes.SelectMany(s => s.Y)];
        return ScalingFit.Of(x, y).ResidualSum is { } common
            ? NestedModels.Compare(
                x.Length,
                common,
                2,
                sizes.Sum(s => s.Fit.ResidualSum!.Value),
                2 * sizes.Length
            )
            : NestedModels.Unknown;
    }
}

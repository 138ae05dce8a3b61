using Robustness.Analysis;

namespace Robustness.Reporting;

/// <summary>
/// How fast success grows with attack compute (study 7.3.3). At each size, over all learned seeds
/// and iterations with a rate between 0 and 1: least squares of log10(p / (1 - p)), unsmoothed,
/// on log10 of the attack's share of pretraining compute. Then the slopes against log10 of the
/// parameters.
/// </summary>
/// <param name="Group">The attack and the task.</param>
/// <param name="Sizes">One fit for each size that has enough points.</param>
/// <param name="TooFew">Sizes with learned classifiers but too few points, and how many.</param>
/// <param name="BySize">The slopes against size; empty for fewer than three sizes.</param>
internal sealed record AttackSlopes(
    AttackGroup Group,
    IReadOnlyList<SizeSlope> Sizes,
    IReadOnlyList<(string Size, int PointCount)> TooFew,
    ScalingFit BySize
)
{
    private const int SmallestFit = 3;

    /// <summary>The fits of one group.</summary>
    public static AttackSlopes Of(AttackGroup group, IReadOnlyList<LadderRow> ladder)
    {
        var sizes = new List<SizeSlope>();
        var tooFew = new List<(string, int)>();
        foreach ((LadderRow size, IReadOnlyList<AttackCurve> curves) in group.BySize(ladder))
        {
            ScalingFit fit = Fit(Points(curves, size.PretrainingFlops));
            if (fit.Slope is null)
            {
                tooFew.Add((size.Size, fit.Count));
            }
            else
            {
                sizes.Add(new(size.Size, size.ClassifierParameters, fit));
            }
        }
        IEnumerable<(double, double)> slopes = sizes.Select(s =>
            (Math.Log10(s.Parameters), s.Fit.Slope!.Value)
        );
        return new(group, sizes, tooFew, Fit(slopes));
    }

    /// <summary>
    /// Share of pretraining compute that the attack has spent after an iteration.
    /// </summary>
    public static double ComputeShare(
        IReadOnlyList<AttackCurve> curves,
        int iteration,
        double pretrainingFlops
    ) => iteration * curves.Average(c => c.FlopsPerIteration.Paper) / pretrainingFlops;

    private static ScalingFit Fit(IEnumerable<(double X, double Y)> points)
    {
        (double X, double Y)[] all = [.. points];
        return ScalingFit.Of([.. all.Select(p => p.X)], [.. all.Select(p => p.Y)], SmallestFit);
    }

    private static IEnumerable<(double X, double Y)> Points(
        IReadOnlyList<AttackCurve> curves,
        double pretrainingFlops
    ) =>
        from curve in curves
        from point in curve.Points
        let rate = curve.At(point)
        where rate.Count > 0 && rate.Count < rate.Total
        select (
            Math.Log10(ComputeShare(curves, point.Iteration, pretrainingFlops)),
            SuccessMetrics.Logit10(rate.Value)
        );
}

/// <summary>The fit of one size.</summary>
internal sealed record SizeSlope(string Size, long Parameters, ScalingFit Fit);

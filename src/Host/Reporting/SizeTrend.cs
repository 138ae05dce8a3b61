using Robustness.Analysis;

namespace Robustness.Reporting;

/// <summary>
/// Success against size: least squares of the log10 odds of smoothed success at the last
/// iteration on log10 of the parameters, one point for each learned classifier (study 7.3.1).
/// </summary>
/// <param name="SizeCount">Sizes with a point.</param>
/// <param name="Fit">The line; empty for fewer than three sizes.</param>
internal sealed record SizeTrend(int SizeCount, ScalingFit Fit)
{
    private const int SmallestTrend = 3;

    // Twice the standard error: about the 95% interval of a normal slope.
    private const double Errors = 2;

    /// <summary>The trend of one attack on one task.</summary>
    public static SizeTrend Of(AttackGroup group, IReadOnlyList<LadderRow> ladder)
    {
        var x = new List<double>();
        var y = new List<double>();
        int sizes = 0;
        foreach ((LadderRow size, IReadOnlyList<AttackCurve> curves) in group.BySize(ladder))
        {
            sizes++;
            foreach (AttackCurve curve in curves)
            {
                x.Add(Math.Log10(size.ClassifierParameters));
                y.Add(SuccessMetrics.Logit10(curve.Smoothed(curve.Last!)));
            }
        }
        return new(
            sizes,
            sizes < SmallestTrend
                ? ScalingFit.None(x.Count)
                : ScalingFit.Of([.. x], [.. y], SmallestTrend)
        );
    }

    /// <summary>The trend in one sentence.</summary>
    public string Sentence(string attack)
    {
        string points =
            $"{ReportText.Count(Fit.Count, "classifier")} of {ReportText.Count(SizeCount, "size")}";
        if (Fit.Slope is not { } slope)
        {
            return $"Size: {points} learned the task, too few for a trend of {attack} with size.";
        }
        string r2 = Fit.R2 is { } share ? $"R² {ReportText.Decimal(share)}, " : "";
        bool isClear = Fit.SlopeError is { } error && Math.Abs(slope) > Errors * error;
        string found =
            !isClear ? "shows no trend with size that stands out from the scatter"
            : slope > 0 ? "rises with size"
            : "falls with size";
        return $"Size: the success of {attack} at its last iteration {found} (slope "
            + $"{ReportText.Signed(slope)} in log10 odds per factor ten of parameters, "
            + $"{r2}{points}).";
    }
}

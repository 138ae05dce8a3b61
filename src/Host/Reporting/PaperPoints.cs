using Robustness.Analysis;

namespace Robustness.Reporting;

/// <summary>Rows as points of figures, and the axes they share.</summary>
internal static class PaperPoints
{
    public static FigureAxis Parameters { get; } = new("Parameters", "", AxisScale.Log10);

    public static FigureAxis AttackCompute { get; } =
        new("Attack compute", "share of pretraining", AxisScale.Compute);

    public static FigureAxis DefenseCompute { get; } =
        new("Defence compute", "share of pretraining", AxisScale.Compute);

    public static FigureAxis Logit { get; } = new("Attack success rate", "", AxisScale.Logit10);

    /// <summary>
    /// The series of one size, which looks the same in every panel: coloured by its rank in its
    /// family; a size that is not published by the logarithm of its parameters, 6k to 1M.
    /// </summary>
    public static FigureSeries Series(LadderSize size, IReadOnlyList<FigurePoint> points)
    {
        const int Steps = 12;
        const int Family = 100;
        if (PublishedSizes.Rank(size.Parameters) is { } place)
        {
            int family = place.Family == "pythia" ? 0 : Family;
            return new(size.Label, SeriesColour.Size(place.Rank, place.Count), points)
            {
                LegendRank = family + place.Rank,
            };
        }
        double share = (Math.Log10(size.Parameters) - 3.8) / 2.2;
        int rank = Math.Clamp((int)Math.Round((Steps - 1) * share), 0, Steps - 1);
        return new(size.Label, SeriesColour.Size(rank, Steps), points)
        {
            LegendRank = 2 * Family + rank,
        };
    }

    /// <summary>The iteration that stands for a group: its own, if stored, else the last.</summary>
    public static int Headline(GroupRows rows)
    {
        int? own = rows.Group.HeadlineIteration;
        return own is { } wanted && rows.All.Any(r => r.Iteration == wanted)
            ? wanted
            : rows.All.Max(r => r.Iteration);
    }

    /// <summary>The smoothed rate; the plain one where the set's size is unknown.</summary>
    public static double Smoothed(EvaluationRow row) =>
        row.EvaluatedCount is { } count
            ? SuccessMetrics.Laplace(row.AttackSuccessRate, count)
            : row.AttackSuccessRate;

    /// <summary>Median with smallest and largest over the rows at each x, ascending.</summary>
    public static IReadOnlyList<FigurePoint> Medians(IEnumerable<(double X, double Y)> values) =>
        [
            .. values
                .GroupBy(v => v.X)
                .OrderBy(g => g.Key)
                .Select(g =>
                {
                    SampleSummary s = SampleSummary.Of(g.Select(v => v.Y))!.Value;
                    return s.Count == 1
                        ? new FigurePoint(g.Key, s.Median, Count: 1)
                        : new FigurePoint(g.Key, s.Median, s.Min, s.Max, s.Count);
                }),
        ];

    /// <summary>log10(p / (1 - p)) back to p.</summary>
    public static double FromLogit(double logit) => 1 / (1 + Math.Pow(10, -logit));

    /// <summary>
    /// A line on log-log or log-logit axes between the ends of its x, as two points.
    /// </summary>
    public static IReadOnlyList<FigurePoint> Line(
        ScalingFit fit,
        double lowX,
        double highX,
        Func<double, double> toY
    ) =>
        fit is { Slope: { } slope, Intercept: { } intercept }
            ?
            [
                new(lowX, toY(intercept + slope * Math.Log10(lowX))),
                new(highX, toY(intercept + slope * Math.Log10(highX))),
            ]
            : [];
}

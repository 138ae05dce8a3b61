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
    /// Colour of a size by the logarithm of its parameters, so that a size looks the same in every
    /// panel: from 10M to 15B, smaller ladders from 3k to 3M.
    /// </summary>
    public static SeriesColour Colour(long parameters)
    {
        const int Steps = 12;
        double place = Math.Log10(parameters);
        (double low, double high) = place < 6.5 ? (3.5, 6.5) : (6.8, 10.2);
        int rank = (int)Math.Round((Steps - 1) * (place - low) / (high - low));
        return SeriesColour.Size(Math.Clamp(rank, 0, Steps - 1), Steps);
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

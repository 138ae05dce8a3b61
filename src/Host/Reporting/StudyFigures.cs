using Robustness.Analysis;

namespace Robustness.Reporting;

/// <summary>The figures of a study's report (7.3.1 to 7.3.3).</summary>
internal sealed class StudyFigures
{
    private const int MostPoints = 130;
    private readonly IReadOnlyList<LadderRow> _ladder;
    private readonly LearnedSizes _learned;
    private readonly IReadOnlyList<AttackGroup> _groups;
    private readonly IReadOnlyList<AxisTick> _sizeTicks;

    public StudyFigures(
        StudyReportData data,
        LearnedSizes learned,
        IReadOnlyList<AttackGroup> groups
    )
    {
        _ladder = data.Ladder;
        _learned = learned;
        _groups = groups;
        _sizeTicks = [.. _ladder.Select(r => new AxisTick(r.ClassifierParameters, r.Size))];
    }

    /// <summary>Success at the last iteration against size: median and range over seeds.</summary>
    public Figure SuccessBySize() =>
        new(
            "success-by-size",
            "Attack success against model size",
            [.. _groups.GroupBy(g => g.Task).Select(g => SizePanel(g.Key, [.. g]))]
        )
        {
            Description =
                "Median success of each attack at its last iteration for each size that has "
                + "learned the task; sizes that have not are crosses.",
            SpreadLabel = "smallest to largest seed",
            AbsentLabel = "has not learned the task",
        };

    /// <summary>Smoothed success against compute on the log-logit plane.</summary>
    public Figure SuccessByCompute() =>
        new(
            "success-by-compute",
            "Attack success against attack compute",
            [.. _groups.Select(ComputePanel)]
        )
        {
            Description =
                "One line for each size: median over seeds of the smoothed success rate after "
                + "each iteration, against the compute spent on the attacked rows so far.",
            SpreadLabel = "smallest to largest seed",
            Columns = 2,
            SharedX = false,
        };

    /// <summary>Slopes of success in compute against size.</summary>
    public Figure Slopes(IReadOnlyList<AttackSlopes> slopes) =>
        new(
            "slopes-by-size",
            "Slope of attack success in attack compute, by model size",
            [.. slopes.GroupBy(s => s.Group.Task).Select(g => SlopePanel(g.Key, [.. g]))]
        )
        {
            Description = "Fitted slope of each size, with the line through the slopes.",
            SpreadLabel = "range, seeds redrawn",
        };

    private FigurePanel SizePanel(TaskDescription task, IReadOnlyList<AttackGroup> groups) =>
        new(
            task.Name,
            SizeAxis(),
            FigureAxis.Rate("Attack success rate"),
            [.. groups.Select((g, i) => SizeSeries(g, i))]
        )
        {
            Absent =
            [
                .. _ladder
                    .Where(r => _learned.NotLearned(task.Name).Contains(r.Size))
                    .Select(r => (double)r.ClassifierParameters),
            ],
        };

    private FigureSeries SizeSeries(AttackGroup group, int index) =>
        Styled(
            new FigureSeries(
                Label(group),
                SeriesColour.Category(index),
                [
                    .. group
                        .BySize(_ladder)
                        .Select(s =>
                            Point(
                                s.Size.ClassifierParameters,
                                [.. s.Curves.Select(c => c.At(c.Last!).Value)]
                            )
                        ),
                ]
            ),
            index
        );

    private FigurePanel ComputePanel(AttackGroup group) =>
        new(
            $"{group.Task.Name}, {group.Attack}",
            new("Attack compute", "share of pretraining", AxisScale.Compute),
            new("Attack success rate", "smoothed", AxisScale.Logit10),
            [.. group.BySize(_ladder).Select(s => ComputeSeries(s.Size, s.Curves))]
        );

    private FigureSeries ComputeSeries(LadderRow size, IReadOnlyList<AttackCurve> curves)
    {
        int rank = _ladder.Select((r, i) => (r, i)).First(x => x.r == size).i;
        IEnumerable<int> iterations = Thin([
            .. curves.SelectMany(c => c.Points.Select(p => p.Iteration)).Distinct().Order(),
        ]);
        return new(
            size.Size,
            SeriesColour.Size(rank, _ladder.Count),
            [
                .. iterations.Select(i =>
                    Point(
                        AttackSlopes.ComputeShare(curves, i, size.PretrainingFlops),
                        [.. curves.SelectMany(c => SmoothedAt(c, i))]
                    )
                ),
            ]
        )
        {
            Marker = SeriesMarker.None,
            LegendRank = rank,
        };
    }

    private FigurePanel SlopePanel(TaskDescription task, IReadOnlyList<AttackSlopes> slopes) =>
        new(
            task.Name,
            SizeAxis(),
            new("Slope", "log10 odds per decade", AxisScale.Linear),
            [.. slopes.SelectMany((s, index) => SlopeSeries(s, index))]
        );

    private static IEnumerable<FigureSeries> SlopeSeries(AttackSlopes slopes, int index)
    {
        IReadOnlyList<SizeScaling> sizes = slopes.Scaling.Sizes;
        var colour = SeriesColour.Category(index);
        FigurePoint[] points =
        [
            .. from s in sizes
            where s.Fit.Slope is not null
            select new FigurePoint(
                s.Size.Parameters,
                s.Fit.Slope!.Value,
                s.SlopeInterval?.Low,
                s.SlopeInterval?.High,
                s.Fit.Count
            ),
        ];
        yield return Styled(new(slopes.Group.Attack, colour, points), index) with
        {
            Line = false,
            Spread = SeriesSpread.Bars,
        };
        if (slopes.Scaling.Trend is { Slope: { } slope, Intercept: { } intercept })
        {
            IEnumerable<FigurePoint> ends = new[] { points[0].X, points[^1].X }.Select(
                n => new FigurePoint(n, intercept + slope * Math.Log10(n))
            );
            yield return new($"{slopes.Group.Attack}, line through the slopes", colour, [.. ends])
            {
                Dashed = true,
                Marker = SeriesMarker.None,
            };
        }
    }

    private FigureAxis SizeAxis() =>
        new("Parameters of the classifier", "", AxisScale.Log10) { Ticks = _sizeTicks };

    private static string Label(AttackGroup group) =>
        group.LastIteration == 0
            ? group.Attack
            : $"{group.Attack}, iteration {group.LastIteration}";

    private static FigureSeries Styled(FigureSeries series, int index) =>
        series with
        {
            Marker = (SeriesMarker)(1 + index % 4),
        };

    private static FigurePoint Point(double x, IReadOnlyList<double> values)
    {
        SampleSummary sample = SampleSummary.Of(values)!.Value;
        return new(x, sample.Median, sample.Min, sample.Max, sample.Count);
    }

    private static IEnumerable<double> SmoothedAt(AttackCurve curve, int iteration) =>
        curve.Points.Where(p => p.Iteration == iteration).Select(curve.Smoothed);

    /// <summary>At most 130 iterations, evenly apart on a log axis.</summary>
    private static IEnumerable<int> Thin(IReadOnlyList<int> iterations) =>
        iterations.Count <= MostPoints
            ? iterations
            : Enumerable
                .Range(0, MostPoints)
                .Select(i => Math.Pow(iterations.Count, (double)i / (MostPoints - 1)))
                .Select(place => iterations[Math.Min((int)place, iterations.Count) - 1])
                .Distinct();
}

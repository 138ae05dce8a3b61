using Robustness.Analysis;

namespace Robustness.Reporting;

/// <summary>Figures of success against attack compute, and of the slopes of that.</summary>
internal static class PaperComputeFigures
{
    private const string Bootstrap = "95 % bootstrap interval over seeds";
    private const int MostIterations = 130;

    /// <summary>Success against attack compute, one line for each size.</summary>
    public static Figure? FineTuned(PaperTables tables, PaperConvention convention) =>
        PaperSizeFigures.Build(
            "asr_finetuned",
            "Attack success against attack compute, fine-tuned models",
            PaperSizeFigures
                .Tuned(tables)
                .Select(g =>
                    Panel(
                        $"{PaperNames.Panel(g.Group)}, {PaperNames.Attack(g.Group.Attack)}",
                        g,
                        g.Runs.SelectMany(r => r),
                        convention
                    )
                ),
            Bootstrap,
            shared: false
        );

    /// <summary>The same after adversarial training of chosen cost, a row for each group.</summary>
    public static Figure? Trained(PaperTables tables, PaperConvention convention) =>
        PaperSizeFigures.Build(
            "asr_adv_training",
            "Attack success against attack compute, adversarially trained models",
            from g in PaperSizeFigures.Trained(tables)
            where g.Group.SlopesByRound
            from selector in PaperTables.Selectors
            select Panel(
                $"{PaperNames.Panel(g.Group)}, {PaperNames.Selector(selector)}",
                g,
                tables.Select(g, selector),
                convention
            ),
            Bootstrap,
            shared: false
        );

    /// <summary>Slope of attack scaling against size, with its trend.</summary>
    public static Figure? Slopes(PaperTables tables) =>
        PaperSizeFigures.Build(
            "asr_slopes",
            "Slope of attack scaling against size",
            tables
                .Slopes.Where(s => s.Scaling.Sizes.Count > 0)
                .Select(s =>
                {
                    GroupRows rows = tables.Groups.First(g => g.Group.Name == s.Group);
                    string attack =
                        s.Selector == "finetuned"
                            ? PaperNames.Attack(rows.Group.Attack)
                            : PaperNames.Selector(s.Selector);
                    return SlopePanel($"{PaperNames.Panel(rows.Group)}, {attack}", s.Scaling);
                }),
            Bootstrap
        );

    internal static FigurePanel SlopePanel(string title, AttackScaling scaling) =>
        new(
            title,
            PaperPoints.Parameters,
            new("Slope", "logit10 per decade of compute", AxisScale.Linear),
            SlopeSeries(scaling, "slope", SeriesColour.Category(0))
        );

    /// <summary>A ladder's slopes with intervals, and its trend as a dashed line.</summary>
    internal static IReadOnlyList<FigureSeries> SlopeSeries(
        AttackScaling scaling,
        string label,
        SeriesColour colour
    )
    {
        SizeScaling[] sizes = [.. scaling.Sizes.Where(s => s.Fit.Slope is not null)];
        FigurePoint[] points =
        [
            .. sizes.Select(s => new FigurePoint(
                s.Size.Parameters,
                s.Fit.Slope!.Value,
                s.SlopeInterval?.Low,
                s.SlopeInterval?.High,
                s.Fit.Count
            )),
        ];
        var slopes = new FigureSeries(label, colour, points)
        {
            Line = false,
            Spread = SeriesSpread.Bars,
        };
        if (scaling.Trend.Slope is null)
        {
            return [slopes];
        }
        var trend = new FigureSeries(
            $"{label}: trend",
            colour,
            PaperPoints.Line(
                scaling.Trend,
                sizes[0].Size.Parameters,
                sizes[^1].Size.Parameters,
                y => y
            )
        )
        {
            Dashed = true,
            Marker = SeriesMarker.None,
        };
        return [slopes, trend];
    }

    internal static FigurePanel Panel(
        string title,
        GroupRows rows,
        IEnumerable<EvaluationRow> chosen,
        PaperConvention convention
    ) =>
        new(
            title,
            PaperPoints.AttackCompute,
            PaperPoints.Logit,
            [
                .. Curves(rows, chosen, convention)
                    .Select(c =>
                        PaperPoints.Series(c.Size, c.Points) with
                        {
                            Marker = SeriesMarker.None,
                        }
                    ),
            ]
        );

    /// <summary>The curve of each size whose pretraining compute is known.</summary>
    internal static IEnumerable<(LadderSize Size, IReadOnlyList<FigurePoint> Points)> Curves(
        GroupRows rows,
        IEnumerable<EvaluationRow> chosen,
        PaperConvention convention
    )
    {
        ILookup<int, (AttackPoint Point, double Rate)> bySize = chosen
            .Where(r => r.Iteration > 0)
            .Select(r => (rows.Point(r, convention), PaperPoints.Smoothed(r)))
            .ToLookup(p => p.Item1.Size);
        foreach ((int index, LadderSize size) in rows.Sizes.Index())
        {
            if (size.PretrainingFlops is { } pretraining)
            {
                List<FigurePoint> points = Curve(bySize[index], pretraining, rows.Group.Name);
                if (points.Count > 0)
                {
                    yield return (size, points);
                }
            }
        }
    }

    private static List<FigurePoint> Curve(
        IEnumerable<(AttackPoint Point, double Rate)> rows,
        double pretraining,
        string scope
    )
    {
        var iterations = rows.Where(r => r.Point.FlopsPerIteration > 0)
            .GroupBy(r => r.Point.Iteration)
            .OrderBy(g => g.Key)
            .ToArray();
        int stride = Math.Max(1, (iterations.Length + MostIterations - 1) / MostIterations);
        var points = new List<FigurePoint>();
        for (int i = 0; i < iterations.Length; i += stride)
        {
            double[] logits =
            [
                .. iterations[i].Select(r => SuccessMetrics.Logit10(r.Rate)).Where(double.IsFinite),
            ];
            if (logits.Length == 0)
            {
                continue;
            }
            double flops = iterations[i].Average(r => r.Point.FlopsPerIteration!.Value);
            var interval = ClusterBootstrap.IntervalOfMean(scope, logits);
            points.Add(
                new(
                    iterations[i].Key * flops / pretraining,
                    PaperPoints.FromLogit(logits.Average()),
                    interval is { } low ? PaperPoints.FromLogit(low.Low) : null,
                    interval is { } high ? PaperPoints.FromLogit(high.High) : null,
                    logits.Length
                )
            );
        }
        return points;
    }
}

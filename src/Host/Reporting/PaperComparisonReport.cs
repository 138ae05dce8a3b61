using System.Globalization;
using Robustness.Analysis;

namespace Robustness.Reporting;

/// <summary>
/// Lays a study of ours beside the published results: one panel for each pair of groups, two
/// colours, the same axes, and a table of slopes with intervals.
/// </summary>
public static class PaperComparisonReport
{
    private const string FigureFolder = "figures";

    /// <summary>
    /// Writes compare.html, tables/compare_slopes.csv and figures/compare_slopes.*, the page
    /// last. Returns the page's path.
    /// </summary>
    /// <param name="studyFolder">Holds evaluations.csv, or tables with it.</param>
    /// <param name="paperFolder">Holds the published tables.</param>
    /// <param name="outFolder">Made if absent.</param>
    /// <param name="convention">Which published slips are kept.</param>
    /// <exception cref="PaperResultsException">A table cannot be used.</exception>
    public static string Write(
        string studyFolder,
        string paperFolder,
        string outFolder,
        PaperConvention convention
    )
    {
        var comparison = new PaperComparison(
            new PaperTables(PaperResults.Read(studyFolder, convention)),
            new PaperTables(PaperResults.Read(paperFolder, convention))
        );
        ResultTable slopes = comparison.Slopes();
        Figure? figure = Figure(comparison);
        string page = HtmlPage.Write(
            "This study beside the published results",
            "Slope of attack scaling: logit10 of success per decade of attack compute.",
            [
                new(
                    "slopes",
                    "Slopes",
                    figure is null
                        ? [Html.Note("No group of the study has a published counterpart.")]
                        : [HtmlFigure.Build(figure, Caption, FigureFolder)]
                ),
                new("trends", "Change of the slope with size", [.. Trends(comparison).Build()]),
            ]
        );
        return PaperReport.WriteAll(
            outFolder,
            [slopes],
            figure is null ? [] : [figure],
            page,
            "compare.html"
        );
    }

    private const string Caption =
        "Points are slopes of one size with 95 % intervals over seeds; dashed lines their trends. "
        + "All slopes of both sides are in tables/compare_slopes.csv.";

    private static Figure? Figure(PaperComparison comparison)
    {
        FigurePanel[] panels =
        [
            .. comparison.Pairs.Select(p => new FigurePanel(
                $"{PaperNames.Task(p.Paper.Task)}, {PaperNames.Attack(p.Paper.Attack)}, "
                    + $"{PaperNames.Family(p.Paper.Family)}, {PaperNames.Selector(p.Selector)}",
                PaperPoints.Parameters,
                new("Slope", "logit10 per decade of compute", AxisScale.Linear),
                [
                    .. PaperComputeFigures.SlopeSeries(
                        p.Ours,
                        "this study",
                        SeriesColour.Category(1)
                    ),
                    .. PaperComputeFigures.SlopeSeries(
                        p.Theirs,
                        "published",
                        SeriesColour.Category(0)
                    ),
                ]
            )),
        ];
        return panels.Length == 0
            ? null
            : new Figure("compare_slopes", "Slope of attack scaling against size", panels)
            {
                SpreadLabel = "95 % bootstrap interval over seeds",
            };
    }

    private static HtmlTable Trends(PaperComparison comparison) =>
        new(
            "Slope of attack scaling on log10 of parameters, 95 % intervals over seeds",
            [
                HtmlColumn.Text("group"),
                HtmlColumn.Text("published group"),
                HtmlColumn.Text("rounds"),
                HtmlColumn.Text("this study"),
                HtmlColumn.Text("published"),
            ],
            [
                .. comparison.Pairs.Select(p =>
                    (IReadOnlyList<string>)
                        [
                            p.Study.Name,
                            p.Paper.Name,
                            PaperNames.Selector(p.Selector),
                            Trend(p.Ours),
                            Trend(p.Theirs),
                        ]
                ),
            ]
        );

    private static string Trend(AttackScaling scaling) =>
        (scaling.Trend.Slope, scaling.TrendInterval) switch
        {
            (null, _) => "–",
            ({ } slope, null) => slope.ToString("0.000", CultureInfo.InvariantCulture),
            ({ } slope, { } interval) => string.Create(
                CultureInfo.InvariantCulture,
                $"{slope:0.000} ({interval.Low:0.000} to {interval.High:0.000})"
            ),
        };
}

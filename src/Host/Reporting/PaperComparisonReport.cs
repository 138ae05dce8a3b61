using System.Globalization;
using System.Xml.Linq;
using Robustness.Analysis;

namespace Robustness.Reporting;

/// <summary>
/// Lays a study of ours beside the published results: the same figures, one panel for each pair
/// of groups, two colours, the same axes, and a table of slopes with intervals.
/// </summary>
public static class PaperComparisonReport
{
    private const string FigureFolder = "figures";

    /// <summary>
    /// Writes compare.html, tables/compare_slopes.csv and figures/compare_*, the page
    /// last. Returns the page's path.
    /// </summary>
    /// <param name="studyFolder">Holds evaluations.csv, or tables with it.</param>
    /// <param name="published">The published tables.</param>
    /// <param name="outFolder">Made if absent.</param>
    /// <param name="convention">Which published slips are kept.</param>
    /// <exception cref="PaperResultsException">A table cannot be used.</exception>
    public static string Write(
        string studyFolder,
        PaperResults published,
        string outFolder,
        PaperConvention convention
    )
    {
        var comparison = new PaperComparison(
            new PaperTables(
                PaperResults.Read(studyFolder, convention, new TableReading { OwnCounts = true })
            ),
            new PaperTables(published)
        );
        ResultTable slopes = comparison.Slopes();
        var drawn = new PaperComparisonFigures(comparison, convention);
        (Figure Figure, string Caption)[] figures =
        [
            .. Drawn(drawn.BySize(), Smoothed),
            .. Drawn(drawn.ByAttackCompute(), Compute),
            .. Drawn(drawn.Slopes(), SlopeCaption),
            .. Drawn(drawn.ByDefenseCompute(), Defense),
            .. Drawn(drawn.Balance(), Defense),
        ];
        string page = HtmlPage.Write(
            "This study beside the published results",
            "The same figures on the same axes, one colour for each side.",
            [
                new(
                    "figures",
                    "Figures",
                    [
                        .. Unpaired(comparison),
                        .. figures.Select(f => HtmlFigure.Build(f.Figure, f.Caption, FigureFolder)),
                    ]
                ),
                new(
                    "slopes",
                    "Slopes",
                    [.. Slopes(comparison).Build(), .. Trends(comparison).Build()]
                ),
                new("done", "What was done", [Html.List(comparison.Notes)]),
            ]
        );
        return PaperReport.WriteAll(
            outFolder,
            [slopes],
            figures.Select(f => f.Figure),
            page,
            "compare.html"
        );
    }

    private const string Smoothed =
        "Rates are Laplace-smoothed with the nominal size of the set; median over seeds.";

    private const string Compute =
        "One line for each size; compute of the whole evaluated set as a share of the size's own "
        + "pretraining. Mean of the smoothed logit over seeds.";

    private const string Defense =
        "One line for each size; compute as a share of the size's own pretraining. Median over "
        + "seeds. The CSV names the sizes.";

    private const string SlopeCaption =
        "Points are slopes of one size with 95 % intervals over seeds; dashed lines their trends. "
        + "All slopes of both sides are in tables/compare_slopes.csv.";

    private static IEnumerable<(Figure, string)> Drawn(Figure? figure, string caption) =>
        figure is null ? [] : [(figure, caption)];

    /// <summary>Groups of the study that have no counterpart, in a sentence.</summary>
    private static IEnumerable<XElement> Unpaired(PaperComparison comparison)
    {
        string[] alone =
        [
            .. comparison
                .Study.Groups.Where(g => comparison.Groups.All(p => p.Study != g))
                .Select(g => g.Group.Name),
        ];
        if (alone.Length > 0)
        {
            yield return Html.Note(
                "No published group here has the same task, attack, trained attack and position "
                    + $"as {ReportText.List(alone)}."
            );
        }
    }

    private static HtmlTable Slopes(PaperComparison comparison) =>
        new(
            "Slope of attack scaling by size, 95 % intervals over seeds",
            [
                HtmlColumn.Text("source"),
                HtmlColumn.Text("group"),
                HtmlColumn.Text("rounds"),
                HtmlColumn.Text("size"),
                HtmlColumn.Number("slope"),
                HtmlColumn.Number("n"),
            ],
            [.. comparison.Pairs.SelectMany(SlopeRows).DistinctBy(r => string.Join('|', r))]
        );

    private static IEnumerable<IReadOnlyList<string>> SlopeRows(PairedScaling pair) =>
        from half in new[]
        {
            (Source: "this study", Group: pair.Study, Scaling: pair.Ours),
            (Source: "published", Group: pair.Paper, Scaling: pair.Theirs),
        }
        from size in half.Scaling.Sizes
        select (IReadOnlyList<string>)
            [
                half.Source,
                half.Group.Name,
                PaperNames.Selector(pair.Selector),
                size.Size.Label,
                WithInterval(size.Fit.Slope, size.SlopeInterval),
                ReportText.Count(size.Fit.Count),
            ];

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
        WithInterval(scaling.Trend.Slope, scaling.TrendInterval);

    private static string WithInterval(double? value, (double Low, double High)? interval) =>
        (value, interval) switch
        {
            (null, _) => "–",
            ({ } slope, null) => slope.ToString("0.000", CultureInfo.InvariantCulture),
            ({ } slope, { } found) => string.Create(
                CultureInfo.InvariantCulture,
                $"{slope:0.000} ({found.Low:0.000} to {found.High:0.000})"
            ),
        };
}

using System.Globalization;
using System.Xml.Linq;
using Robustness.Analysis;

namespace Robustness.Reporting;

/// <summary>
/// The page of a folder of results: figures by kind, tables of fits, what was done.
/// </summary>
internal sealed class PaperPage
{
    private readonly PaperResults _results;
    private readonly PaperTables _tables;
    private readonly IReadOnlyList<ResultTable> _files;
    private readonly List<(string Heading, List<(Figure Figure, string Caption)> Figures)> _kinds;

    public PaperPage(PaperResults results, PaperTables tables, IReadOnlyList<ResultTable> files)
    {
        _results = results;
        _tables = tables;
        _files = files;
        PaperConvention convention = results.Convention;
        _kinds =
        [
            Kind(
                "Size",
                [
                    (PaperSizeFigures.FineTuned(tables), Smoothed),
                    .. PaperSizeFigures.TasksTogether(tables).Select(f => ((Figure?)f, Smoothed)),
                    (PaperSizeFigures.Accuracy(tables), "Over all rows of the evaluated set."),
                    (PaperSizeFigures.StrongReject(tables), "One seed; share of the refused."),
                ]
            ),
            Kind(
                "Attack compute",
                [
                    (PaperComputeFigures.FineTuned(tables, convention), Mean),
                    (PaperComputeFigures.Trained(tables, convention), Mean),
                    (PaperComputeFigures.Slopes(tables), SlopeCaption),
                ]
            ),
            Kind(
                "Adversarial training",
                [
                    (PaperDefenseFigures.Training(tables, PaperDefenseCurves.Main), Smoothed),
                    (PaperDefenseFigures.Transfer(tables, PaperDefenseCurves.Main), Smoothed),
                    (PaperSizeFigures.AfterTraining(tables, PaperPoints.Logit), Smoothed),
                ]
            ),
            Kind("Offence and defence", [(PaperDefenseFigures.Balance(tables), BalanceCaption)]),
            Kind(
                "Adversarial training on other axes",
                [
                    .. PaperDefenseCurves.Others.SelectMany(c =>
                        new[]
                        {
                            (PaperDefenseFigures.Training(tables, c), OtherAxes(c)),
                            (PaperDefenseFigures.Transfer(tables, c), OtherAxes(c)),
                        }
                    ),
                    (PaperSizeFigures.AfterTraining(tables, s_rate), Smoothed),
                ]
            ),
        ];
    }

    private const string Smoothed =
        "Rates are Laplace-smoothed with the nominal size of the set; median over seeds.";

    private const string Mean =
        "Attack compute is that of the whole evaluated set; mean of the smoothed logit over seeds.";

    private static readonly FigureAxis s_rate = FigureAxis.Rate("Attack success rate");

    private static string OtherAxes(PaperDefenseCurves curves) =>
        curves.Before is null ? Smoothed
        : curves.Y.Scale == AxisScale.Logit10
            ? "Solid: after the last iteration, dashed: before the attack; smoothed, median over "
                + "seeds."
        : "Solid: after the last iteration, dashed: before the attack; over all rows of the set, "
            + "median over seeds.";

    private const string SlopeCaption =
        "Least squares of the unsmoothed logit10 on log10 of attack compute, rates strictly "
        + "between 0 and 1; the trend is a line over the sizes.";

    private const string BalanceCaption =
        "Iterations to the target are interpolated, not smoothed; median, smallest and largest "
        + "over the seeds that reach it. Along the thin lines both computes grow alike.";

    public IEnumerable<Figure> Figures => _kinds.SelectMany(k => k.Figures.Select(f => f.Figure));

    public string Text() =>
        HtmlPage.Write(
            "Robustness by size and compute",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{_results.RowCount} published rows of {_results.Groups.Count()} evaluation and "
            )
                + string.Create(
                    CultureInfo.InvariantCulture,
                    $"{_results.TrainingGroupNames.Count()} training groups, analysed anew."
                ),
            [
                .. _kinds
                    .Where(k => k.Figures.Count > 0)
                    .Select(k => new HtmlSection(
                        Id(k.Heading),
                        k.Heading,
                        [.. k.Figures.Select(f => HtmlFigure.Build(f.Figure, f.Caption, "figures"))]
                    )),
                new("fits", "Fits", [.. Fits()]),
                new("done", "What was done", [Html.List(_tables.Notes)]),
                new("files", "Tables", [Links()]),
            ]
        );

    private static (string, List<(Figure, string)>) Kind(
        string heading,
        IEnumerable<(Figure? Figure, string Caption)> figures
    ) =>
        (
            heading,
            [.. figures.Where(f => f.Figure is not null).Select(f => (f.Figure!, f.Caption))]
        );

    private static string Id(string heading) =>
        string.Concat(heading.Select(c => c == ' ' ? '-' : char.ToLowerInvariant(c)));

    private IEnumerable<XElement> Fits() =>
        [
            .. Short("meta_slopes", "Slope of attack scaling on log10 of parameters", 2),
            .. Short("size_regressions", "Success on log10 of parameters", 2),
            .. Short("offense_defense_fits", "Attack on defence compute, log10", 3),
        ];

    /// <summary>The fit columns of a table, to four digits; the files hold all of them.</summary>
    private IEnumerable<XElement> Short(string name, string caption, int keys)
    {
        ResultTable file = _files.Single(f => f.Name == name);
        string[] wanted =
        [
            .. file.Columns.Take(keys),
            "slope",
            "slope_standard_error",
            "slope_bootstrap_low",
            "slope_bootstrap_high",
            "intercept",
            "r2",
            "n",
            "p_line_against_constant",
        ];
        int[] places =
        [
            .. wanted.Select(w => Array.IndexOf([.. file.Columns], w)).Where(i => i >= 0),
        ];
        return new HtmlTable(
            caption,
            [.. places.Select((p, i) => new HtmlColumn(Heading(file.Columns[p]), i >= keys))],
            [
                .. file.Rows.Select(r =>
                    (IReadOnlyList<string>)
                        [.. places.Select((p, i) => i < keys ? r[p] : Rounded(r[p]))]
                ),
            ]
        ).Build();
    }

    private static string Heading(string column) =>
        column switch
        {
            "slope_standard_error" => "standard error",
            "slope_bootstrap_low" => "95 % low",
            "slope_bootstrap_high" => "95 % high",
            "r2" => "R²",
            "p_line_against_constant" => "p (F test)",
            "round_selector" => "rounds",
            "target_asr" => "target",
            "model_size" => "size",
            _ => column,
        };

    private static string Rounded(string cell) =>
        double.TryParse(cell, CultureInfo.InvariantCulture, out double value)
            ? value.ToString(
                Math.Abs(value) is > 0 and < 0.001 ? "0.0e+0" : "0.####",
                CultureInfo.InvariantCulture
            )
            : "–";

    private XElement Links() =>
        new(
            "ul",
            _files.Select(f => new XElement(
                "li",
                new XElement("a", new XAttribute("href", $"tables/{f.Name}.csv"), $"{f.Name}.csv"),
                string.Create(CultureInfo.InvariantCulture, $" ({f.Rows.Count} rows)")
            ))
        );
}

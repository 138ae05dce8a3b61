using System.Xml.Linq;
using Robustness.Analysis;

namespace Robustness.Reporting;

/// <summary>
/// How fast success grows with compute at each size, and whether that changes with size.
/// </summary>
internal static class SlopeSection
{
    /// <summary>The section.</summary>
    public static HtmlSection Build(
        IReadOnlyList<AttackSlopes> slopes,
        Figure figure,
        string folder
    ) =>
        new(
            "slopes",
            "Slopes by size",
            [
                Html.Paragraph(
                    "At each size: least squares of the log10 odds of success, unsmoothed, on "
                        + "log10 of attack compute, over all learned seeds and iterations with a "
                        + "rate strictly between 0 and 1 (at least three points). A slope of 1 "
                        + "means that ten times the compute multiplies the odds by ten. "
                        + "Iterations of one seed are not independent evidence, so the range is "
                        + "the 2.5th to 97.5th percentile over draws of whole seeds; with few "
                        + "seeds that is little more than smallest to largest, and one seed has "
                        + "none."
                ),
                .. SlopeTable(slopes),
                .. slopes.SelectMany(TooFew),
                .. MetaTable(slopes),
                HtmlFigure.Build(
                    figure,
                    "Each point is the slope of one size. Dashed: least squares through the "
                        + "slopes, drawn where at least three sizes have one.",
                    folder
                ),
            ]
        );

    private static IEnumerable<XElement> SlopeTable(IReadOnlyList<AttackSlopes> slopes) =>
        new HtmlTable(
            "Slope of each size",
            [
                HtmlColumn.Text("Task"),
                HtmlColumn.Text("Attack"),
                HtmlColumn.Text("Size"),
                HtmlColumn.Number("Slope"),
                HtmlColumn.Number("Range, seeds redrawn"),
                HtmlColumn.Number("Intercept"),
                HtmlColumn.Number("R²"),
                HtmlColumn.Number("n"),
            ],
            [
                .. slopes.SelectMany(s =>
                    s.Scaling.Sizes.Select(x =>
                        (IReadOnlyList<string>)
                            [
                                s.Group.Task.Name,
                                s.Group.Attack,
                                x.Size.Label,
                                .. Cells(x.Fit, x.SlopeInterval),
                            ]
                    )
                ),
            ]
        ).Build();

    private static IEnumerable<XElement> MetaTable(IReadOnlyList<AttackSlopes> slopes) =>
        new HtmlTable(
            "Slopes against log10 of the parameters",
            [
                HtmlColumn.Text("Task"),
                HtmlColumn.Text("Attack"),
                HtmlColumn.Number("Slope"),
                HtmlColumn.Number("Range, seeds redrawn"),
                HtmlColumn.Number("Intercept"),
                HtmlColumn.Number("R²"),
                HtmlColumn.Number("n (sizes)"),
            ],
            [
                .. slopes.Select(s =>
                    (IReadOnlyList<string>)
                        [
                            s.Group.Task.Name,
                            s.Group.Attack,
                            .. Cells(s.Scaling.Trend, s.Scaling.TrendInterval),
                        ]
                ),
            ]
        ).Build();

    private static IEnumerable<XElement> TooFew(AttackSlopes slopes)
    {
        if (slopes.TooFew.Count == 0)
        {
            yield break;
        }
        string sizes = ReportText.List([
            .. slopes.TooFew.Select(t => $"{t.Size} ({ReportText.Count(t.PointCount, "point")})"),
        ]);
        yield return Html.Note(
            $"{slopes.Group.Task.Name}, {slopes.Group.Attack}: no slope for {sizes}, whose rates "
                + "are 0 or 1 at all other iterations."
        );
    }

    private static string[] Cells(ScalingFit fit, (double Low, double High)? interval) =>
        [
            fit.Slope is { } slope ? ReportText.Signed(slope) : "too few",
            interval is { } i ? $"{ReportText.Signed(i.Low)} to {ReportText.Signed(i.High)}" : "",
            fit.Intercept is { } intercept ? ReportText.Signed(intercept) : "",
            fit.R2 is { } r2 ? ReportText.Decimal(r2) : "",
            ReportText.Count(fit.Count),
        ];
}

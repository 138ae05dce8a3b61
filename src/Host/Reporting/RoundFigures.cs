using System.Globalization;
using Robustness.Analysis;

namespace Robustness.Reporting;

/// <summary>
/// The figures of adversarial training in a study of ours (7.3.4 to 7.3.7), under one rule of
/// compute; the others carry the rule in stem and title.
/// </summary>
internal sealed class RoundFigures(RoundsData data, bool executed)
{
    private readonly PaperTables _tables = data.LearnedOnly(
        executed ? data.Executed : data.Published
    );

    private string Stem => executed ? "-executed" : "";

    private string Words => executed ? ", compute as executed" : "";

    /// <summary>Success at the last iteration against defence compute.</summary>
    public Figure? Training() =>
        Named(PaperDefenseFigures.Training(_tables, PaperDefenseCurves.Main));

    /// <summary>The same under an attack or at a place that training did not use.</summary>
    public Figure? Transfer() =>
        Named(PaperDefenseFigures.Transfer(_tables, PaperDefenseCurves.Main));

    /// <summary>Success against size, a line for each round.</summary>
    public Figure? BySize() => Named(PaperSizeFigures.AfterTraining(_tables, PaperPoints.Logit));

    /// <summary>Attack scaling before training, at chosen costs of it, and at its end.</summary>
    public Figure? AttackScaling() =>
        Named(
            PaperSizeFigures.Build(
                "asr_adv_training",
                "Attack success against attack compute, by cost of the defence",
                from rows in PaperSizeFigures.Trained(_tables)
                from selector in Selectors(rows)
                select PaperComputeFigures.Panel(
                    $"{PaperNames.Transfer(rows.Group)}, {PaperNames.Selector(selector)}",
                    rows,
                    _tables.Select(rows, selector),
                    PaperConvention.Corrected
                ),
                "95 % bootstrap interval over seeds",
                shared: false
            )
        );

    /// <summary>Attack compute for the target against defence compute, with bands.</summary>
    public Figure? Balance(IReadOnlyList<BalanceFinding> findings) =>
        Named(
            PaperSizeFigures.Build(
                "offense_defense",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Compute of one attack to {100 * data.Target:0.###}% against the defence's"
                ),
                findings
                    .Where(f => data.HadLearned(f.Group.Name, f.Size.Parameters))
                    .GroupBy(f => f.Group)
                    .Select(g => new FigurePanel(
                        PaperNames.Transfer(g.Key),
                        PaperPoints.DefenseCompute,
                        PaperDefenseFigures.AttackOfOneExample,
                        [.. g.SelectMany(Series).Where(s => s.Points.Count > 0)]
                    )
                    {
                        ProportionalGuides = true,
                    }),
                "95 % band over rows and seeds"
            )
        );

    /// <summary>The points of a size, and its line with the band.</summary>
    private static IEnumerable<FigureSeries> Series(BalanceFinding finding)
    {
        FigurePoint[] points =
        [
            .. finding
                .Points.Where(p => p is { Attack: > 0, Defense: > 0 })
                .OrderBy(p => p.Defense)
                .Select(p => new FigurePoint(
                    p.Defense!.Value,
                    p.Attack!.Value,
                    Count: p.Iterations.Count
                )),
        ];
        FigureSeries drawn = PaperPoints.Series(finding.Size, points);
        yield return drawn with
        {
            Line = false,
        };
        if (finding.Fit is { Slope: { } slope, Intercept: { } intercept })
        {
            yield return drawn with
            {
                Label = "",
                Detail = $"{finding.Size.Label}, line",
                Marker = SeriesMarker.None,
                Points =
                [
                    .. finding
                        .Places.Index()
                        .Select(p => new FigurePoint(
                            Math.Pow(10, p.Item),
                            Math.Pow(10, intercept + slope * p.Item),
                            End(finding, p.Index, b => b.Low),
                            End(finding, p.Index, b => b.High)
                        )),
                ],
            };
        }
    }

    private static double? End(
        BalanceFinding finding,
        int place,
        Func<(double Low, double High), double> end
    ) => finding.Band.Line.Count == 0 ? null : Math.Pow(10, end(finding.Band.Line[place]));

    /// <summary>
    /// Round 0, two costs that every size can pay (a third of the way apart on a logarithmic
    /// scale), and the final round.
    /// </summary>
    private IEnumerable<string> Selectors(GroupRows rows)
    {
        DefenseScaling costs = _tables.Costs(rows.Group);
        double[][] paid =
        [
            .. rows.Sizes.Select(s =>
                rows.Runs.Where(r => r[0].Parameters == s.Parameters && r[0].Round > 0)
                    .Select(r => costs.Fraction(s.Parameters, r[0].Round))
                    .OfType<double>()
                    .Where(f => f > 0)
                    .Order()
                    .ToArray()
            ),
        ];
        yield return "0";
        if (paid.All(p => p.Length > 1))
        {
            double low = Math.Log10(paid.Max(p => p[0]));
            double high = Math.Log10(paid.Min(p => p[^1]));
            if (high > low)
            {
                yield return Cost(low + (high - low) / 3);
                yield return Cost(low + 2 * (high - low) / 3);
            }
        }
        yield return "-1";
    }

    private static string Cost(double log10) =>
        Math.Pow(10, log10).ToString("G1", CultureInfo.InvariantCulture);

    private Figure? Named(Figure? figure) =>
        figure is null
            ? null
            : figure with
            {
                Stem = figure.Stem + Stem,
                Title = figure.Title + Words,
                Panels =
                [
                    .. figure.Panels.Select(p => p with { Series = [.. p.Series.Select(Sized)] }),
                ],
            };

    // A size has one colour in all figures of a study: by its rank in the ladder.
    private FigureSeries Sized(FigureSeries series)
    {
        string[] ladder = [.. data.Ladder];
        int rank = Math.Max(
            Array.IndexOf(ladder, series.Label),
            Array.IndexOf(ladder, series.Detail)
        );
        return rank < 0 ? series : series with { Colour = SeriesColour.Size(rank, ladder.Length) };
    }
}

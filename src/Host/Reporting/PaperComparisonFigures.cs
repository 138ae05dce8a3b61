using Robustness.Analysis;

namespace Robustness.Reporting;

/// <summary>
/// The published figures with a study of ours in them: one panel for each pair of groups, both
/// on the same axes, one colour for each side.
/// </summary>
internal sealed class PaperComparisonFigures(PaperComparison comparison, PaperConvention convention)
{
    private const string Ours = "this study";
    private const string Published = "published";
    private const string Seeds = "smallest to largest over seeds";
    private const string Bootstrap = "95 % bootstrap interval over seeds";
    private const string Final = "-1";

    private static readonly SeriesColour s_ours = SeriesColour.Category(1);
    private static readonly SeriesColour s_published = SeriesColour.Category(0);

    /// <summary>Success against size, fine-tuned models.</summary>
    public Figure? BySize() =>
        PaperSizeFigures.Build(
            "compare_finetuned",
            "Attack success against size, fine-tuned models",
            Tuned()
                .Select(p => new FigurePanel(
                    $"{Name(p)}, iteration {PaperPoints.Headline(p.Study)} (study), "
                        + $"{PaperPoints.Headline(p.Paper)} (published)",
                    PaperPoints.Parameters,
                    PaperPoints.Logit,
                    [
                        .. Both(
                            p,
                            (rows, _) =>
                                [
                                    (
                                        "",
                                        PaperSizeFigures.At(
                                            rows,
                                            PaperPoints.Headline(rows),
                                            PaperPoints.Smoothed
                                        )
                                    ),
                                ]
                        ),
                    ]
                )),
            Seeds
        );

    /// <summary>Success against attack compute; after training, of the final rounds.</summary>
    public Figure? ByAttackCompute() =>
        PaperSizeFigures.Build(
            "compare_attack_compute",
            "Attack success against attack compute",
            comparison.Groups.Select(p => new FigurePanel(
                IsTrained(p) ? $"{Name(p)}, final round" : Name(p),
                PaperPoints.AttackCompute,
                PaperPoints.Logit,
                [.. Both(p, Curves).Select(s => s with { Marker = SeriesMarker.None })]
            )),
            Bootstrap,
            shared: false
        );

    /// <summary>Slope of attack scaling against size.</summary>
    public Figure? Slopes() =>
        PaperSizeFigures.Build(
            "compare_slopes",
            "Slope of attack scaling against size",
            comparison.Pairs.Select(p => new FigurePanel(
                $"{Name(p.Study, p.Paper)}, {PaperNames.Selector(p.Selector)}",
                PaperPoints.Parameters,
                new("Slope", "logit10 per decade of compute", AxisScale.Linear),
                [
                    .. PaperComputeFigures.SlopeSeries(p.Ours, Ours, s_ours),
                    .. PaperComputeFigures.SlopeSeries(p.Theirs, Published, s_published),
                ]
            )),
            Bootstrap
        );

    /// <summary>Success against defence compute.</summary>
    public Figure? ByDefenseCompute() =>
        PaperSizeFigures.Build(
            "compare_adv_training",
            "Attack success against defence compute",
            comparison
                .Groups.Where(IsTrained)
                .Select(p => new FigurePanel(
                    $"{Name(p)}, iteration {PaperPoints.Headline(p.Study)} (study), "
                        + $"{PaperPoints.Headline(p.Paper)} (published)",
                    PaperPoints.DefenseCompute,
                    PaperPoints.Logit,
                    [.. Both(p, Defended)]
                )),
            Seeds
        );

    /// <summary>Attack compute for the published target against defence compute.</summary>
    public Figure? Balance() =>
        PaperSizeFigures.Build(
            "compare_offense_defense",
            "Compute of one attack against compute of the defence",
            comparison
                .Groups.Where(IsTrained)
                .Select(p =>
                {
                    double target = PaperDefenseFigures.Headline(p.Paper.Group);
                    return new FigurePanel(
                        $"{Name(p)}, target {100 * target:0.#} %",
                        PaperPoints.DefenseCompute,
                        PaperDefenseFigures.AttackOfOneExample,
                        [.. Both(p, (rows, tables) => Balances(rows, tables, target))]
                    )
                    {
                        ProportionalGuides = true,
                    };
                }),
            Seeds
        );

    private delegate IEnumerable<(string Detail, IReadOnlyList<FigurePoint> Points)> SideOf(
        GroupRows rows,
        PaperTables tables
    );

    private IEnumerable<FigureSeries> Both(PairedGroups pair, SideOf side) =>
        from half in new[]
        {
            (Label: Published, Colour: s_published, Rows: pair.Paper, Tables: comparison.Paper),
            (Label: Ours, Colour: s_ours, Rows: pair.Study, Tables: comparison.Study),
        }
        from line in side(half.Rows, half.Tables)
        where line.Points.Count > 0
        select new FigureSeries(half.Label, half.Colour, line.Points) { Detail = line.Detail };

    private IEnumerable<(string, IReadOnlyList<FigurePoint>)> Curves(
        GroupRows rows,
        PaperTables tables
    )
    {
        IEnumerable<EvaluationRow> chosen =
            rows.Group.Kind == GroupKind.AdversariallyTrained
                ? tables.Select(rows, Final)
                : rows.Runs.SelectMany(r => r);
        return PaperComputeFigures
            .Curves(rows, chosen, convention)
            .Select(c => (c.Size.Label, c.Points));
    }

    private static IEnumerable<(string, IReadOnlyList<FigurePoint>)> Defended(
        GroupRows rows,
        PaperTables tables
    )
    {
        DefenseScaling costs = tables.Costs(rows.Group);
        PaperDefenseCurves curves = PaperDefenseCurves.Main;
        return rows.Sizes.Select(s =>
            (s.Label, curves.Points(rows, costs, s.Parameters, curves.Value))
        );
    }

    private static IEnumerable<(string, IReadOnlyList<FigurePoint>)> Balances(
        GroupRows rows,
        PaperTables tables,
        double target
    ) =>
        from b in tables.Balances
        where b.Group == rows.Group.Name && b.Target == target
        from fit in b.Balance.Fits
        select (fit.Size.Label, PaperDefenseFigures.BalancePoints(b.Balance, fit.Size));

    private IEnumerable<PairedGroups> Tuned() =>
        comparison.Groups.Where(p => p.Paper.Group.Kind == GroupKind.FineTuned);

    private static bool IsTrained(PairedGroups pair) =>
        pair.Paper.Group.Kind == GroupKind.AdversariallyTrained;

    private static string Name(PairedGroups pair) => Name(pair.Study.Group, pair.Paper.Group);

    /// <summary>The published group's panel, and our attack's label where it says more.</summary>
    private static string Name(ResultGroup study, ResultGroup paper)
    {
        string name =
            paper.Kind == GroupKind.AdversariallyTrained
                ? PaperNames.Transfer(paper)
                : $"{PaperNames.Panel(paper)}, {PaperNames.Attack(paper.Attack)}";
        return study.Attack == paper.Attack ? name : $"{name} ({study.Attack})";
    }
}

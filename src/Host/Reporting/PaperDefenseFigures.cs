using Robustness.Analysis;

namespace Robustness.Reporting;

/// <summary>Figures with the compute of adversarial training on the horizontal axis.</summary>
internal static class PaperDefenseFigures
{
    /// <summary>Success against defence compute where the attack is the trained one.</summary>
    public static Figure? Training(PaperTables tables, PaperDefenseCurves curves) =>
        PaperSizeFigures.Build(
            $"adv_training{curves.Stem}",
            $"Attack success against defence compute, attacked as trained{curves.Words}",
            Panels(tables, curves, transfer: false)
        );

    /// <summary>The same under an attack or a position that training did not use.</summary>
    public static Figure? Transfer(PaperTables tables, PaperDefenseCurves curves) =>
        PaperSizeFigures.Build(
            $"adv_training_transfer{curves.Stem}",
            "Attack success against defence compute, attacked otherwise than trained"
                + curves.Words,
            Panels(tables, curves, transfer: true)
        );

    /// <summary>Attack compute for a target rate against defence compute.</summary>
    public static Figure? Balance(PaperTables tables) =>
        PaperSizeFigures.Build(
            "offense_defense",
            "Compute of one attack against compute of the defence",
            tables
                .Balances.Where(b => !Rows(tables, b.Group).Group.IsControl)
                .Where(b => b.Target == Headline(Rows(tables, b.Group).Group))
                .Select(b =>
                    BalancePanel(Rows(tables, b.Group), b.Balance, $"target {100 * b.Target:0.#} %")
                )
        );

    /// <summary>The target that stands for a family: 2 % for Qwen2.5, else 5 %.</summary>
    public static double Headline(ResultGroup group) => group.Family == "qwen2.5" ? 0.02 : 0.05;

    private static GroupRows Rows(PaperTables tables, string group) =>
        tables.Groups.First(g => g.Group.Name == group);

    /// <summary>Whether the attack's kind, its place or the way of training differ.</summary>
    internal static bool IsTransfer(PaperTables tables, ResultGroup group) =>
        group.TrainedAttack.Split('-')[0] != group.Attack.Split('-')[0]
        || group.Position != tables.TrainedPosition(group)
        || group.Variant == "no ramp";

    private static IEnumerable<FigurePanel> Panels(
        PaperTables tables,
        PaperDefenseCurves curves,
        bool transfer
    )
    {
        foreach (GroupRows rows in PaperSizeFigures.Trained(tables))
        {
            if (!rows.Group.Described || IsTransfer(tables, rows.Group) != transfer)
            {
                continue;
            }
            DefenseScaling costs = tables.Costs(rows.Group);
            bool named = transfer || !rows.Group.Published;
            string name = named ? PaperNames.Transfer(rows.Group) : PaperNames.Panel(rows.Group);
            yield return new(
                $"{name}, iteration {PaperPoints.Headline(rows)}",
                curves.X,
                curves.Y,
                [
                    .. rows
                        .Sizes.SelectMany(s => Series(curves, rows, costs, s))
                        .Concat(Control(tables, curves, rows.Group))
                        .Where(s => s.Points.Count > 0),
                ]
            );
        }
    }

    /// <summary>
    /// The same models trained on random text, at what that cost, in the colours of the sizes.
    /// </summary>
    private static IEnumerable<FigureSeries> Control(
        PaperTables tables,
        PaperDefenseCurves curves,
        ResultGroup group
    )
    {
        if (tables.ControlOf(group) is not { } control)
        {
            return [];
        }
        DefenseScaling costs = tables.Costs(control.Group);
        return control
            .Sizes.SelectMany(s => Series(curves, control, costs, s).Take(1))
            .Select(s =>
                s with
                {
                    Label = ControlLabel,
                    Detail = s.Label,
                    LegendRank = int.MaxValue,
                    Dashed = true,
                }
            );
    }

    private const string ControlLabel = "control: random text in training";

    private static IEnumerable<FigureSeries> Series(
        PaperDefenseCurves curves,
        GroupRows rows,
        DefenseScaling costs,
        LadderSize size
    )
    {
        FigureSeries drawn = PaperPoints.Series(
            size,
            curves.Points(rows, costs, size.Parameters, curves.Value)
        ) with
        {
            Marker = SeriesMarker.None,
        };
        yield return drawn;
        if (curves.Before is { } before)
        {
            yield return drawn with
            {
                Label = "",
                Detail = $"{size.Label} before the attack",
                Points = curves.Points(rows, costs, size.Parameters, before),
                Dashed = true,
            };
        }
    }

    private static FigurePanel BalancePanel(
        GroupRows rows,
        OffenseDefense balance,
        string target
    ) =>
        new(
            $"{PaperNames.Panel(rows.Group)}, {rows.Group.Position}, {target}",
            PaperPoints.DefenseCompute,
            AttackOfOneExample,
            [
                .. balance
                    .Fits.Select(f => PaperPoints.Series(f.Size, BalancePoints(balance, f.Size)))
                    .Where(s => s.Points.Count > 0),
            ]
        )
        {
            ProportionalGuides = true,
        };

    /// <summary>The attained rounds of one size whose defence has a known cost above 0.</summary>
    internal static IReadOnlyList<FigurePoint> BalancePoints(
        OffenseDefense balance,
        LadderSize size
    ) =>
        [
            .. balance
                .Points.Where(p => p.Size == size && p is { Attack: > 0, Defense: > 0 })
                .Select(Point)
                .OrderBy(p => p.X),
        ];

    internal static FigureAxis AttackOfOneExample { get; } =
        new("Attack compute", "one example, share of pretraining", AxisScale.Compute);

    private static FigurePoint Point(BalancePoint p)
    {
        double unit = p.Attack!.Value / p.Iterations.Median;
        return p.Iterations.Count == 1
            ? new(p.Defense!.Value, p.Attack.Value, Count: 1)
            : new(
                p.Defense!.Value,
                p.Attack.Value,
                unit * p.Iterations.Min,
                unit * p.Iterations.Max,
                p.Iterations.Count
            );
    }
}

using Robustness.Analysis;

namespace Robustness.Reporting;

/// <summary>Figures with the compute of adversarial training on the horizontal axis.</summary>
internal static class PaperDefenseFigures
{
    /// <summary>Success against defence compute where the attack is the trained one.</summary>
    public static Figure? Training(PaperTables tables) =>
        PaperSizeFigures.Build(
            "adv_training",
            "Attack success against defence compute, attacked as trained",
            Panels(tables, transfer: false)
        );

    /// <summary>The same under an attack or a position that training did not use.</summary>
    public static Figure? Transfer(PaperTables tables) =>
        PaperSizeFigures.Build(
            "adv_training_transfer",
            "Attack success against defence compute, attacked otherwise than trained",
            Panels(tables, transfer: true)
        );

    /// <summary>Attack compute for a target rate against defence compute.</summary>
    public static Figure? Balance(PaperTables tables) =>
        PaperSizeFigures.Build(
            "offense_defense",
            "Compute of one attack against compute of the defence",
            tables
                .Balances.Where(b => b.Target == Headline(Rows(tables, b.Group).Group))
                .Select(b =>
                    BalancePanel(Rows(tables, b.Group), b.Balance, $"target {100 * b.Target:0.#} %")
                )
        );

    /// <summary>The target that stands for a family: 2 % for Qwen2.5, else 5 %.</summary>
    public static double Headline(ResultGroup group) => group.Family == "qwen2.5" ? 0.02 : 0.05;

    private static GroupRows Rows(PaperTables tables, string group) =>
        tables.Groups.First(g => g.Group.Name == group);

    private static bool IsTransfer(ResultGroup group) =>
        group.TrainedAttack != group.Attack
        || group.Position != "suffix"
        || group.Variant == "no ramp";

    private static IEnumerable<FigurePanel> Panels(PaperTables tables, bool transfer)
    {
        foreach (GroupRows rows in PaperSizeFigures.Trained(tables))
        {
            if (!rows.Group.Described || IsTransfer(rows.Group) != transfer)
            {
                continue;
            }
            DefenseScaling costs = tables.Costs(rows.Group);
            int iteration = PaperPoints.Headline(rows);
            string name = transfer ? PaperNames.Transfer(rows.Group) : PaperNames.Panel(rows.Group);
            yield return new(
                $"{name}, iteration {iteration}",
                PaperPoints.DefenseCompute,
                PaperPoints.Logit,
                [
                    .. rows
                        .Sizes.Index()
                        .Select(s => new FigureSeries(
                            s.Item.Label,
                            PaperPoints.Colour(s.Item.Parameters),
                            PaperPoints.Medians(
                                rows.All.Where(r =>
                                        r.Parameters == s.Item.Parameters
                                        && r.Iteration == iteration
                                        && costs.Fraction(r.Parameters, r.Round) > 0
                                    )
                                    .Select(r =>
                                        (
                                            costs.Fraction(r.Parameters, r.Round)!.Value,
                                            PaperPoints.Smoothed(r)
                                        )
                                    )
                            )
                        )
                        {
                            Marker = SeriesMarker.None,
                        })
                        .Where(s => s.Points.Count > 0),
                ]
            );
        }
    }

    private static FigurePanel BalancePanel(GroupRows rows, OffenseDefense balance, string target)
    {
        var series = new List<FigureSeries>();
        foreach (BalanceFit fit in balance.Fits)
        {
            FigurePoint[] points =
            [
                .. balance
                    .Points.Where(p => p.Size == fit.Size && p is { Attack: > 0, Defense: > 0 })
                    .Select(p => Point(p))
                    .OrderBy(p => p.X),
            ];
            if (points.Length > 0)
            {
                series.Add(new(fit.Size.Label, PaperPoints.Colour(fit.Size.Parameters), points));
            }
        }
        return new(
            $"{PaperNames.Panel(rows.Group)}, {rows.Group.Position}, {target}",
            PaperPoints.DefenseCompute,
            new("Attack compute", "one example, share of pretraining", AxisScale.Compute),
            series
        )
        {
            ProportionalGuides = true,
        };
    }

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

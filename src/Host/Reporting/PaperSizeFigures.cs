using Robustness.Analysis;

namespace Robustness.Reporting;

/// <summary>Figures with model size on the horizontal axis.</summary>
internal static class PaperSizeFigures
{
    private const string Seeds = "smallest to largest over seeds";
    private static readonly int[] s_rounds = [0, 1, 2, 3, 4, 5, 10];

    /// <summary>Success on fine-tuned models, one panel for each task, family and attack.</summary>
    public static Figure? FineTuned(PaperTables tables) =>
        Build(
            "finetuned",
            "Attack success against size, fine-tuned models",
            Tuned(tables)
                .Select(g => new FigurePanel(
                    $"{PaperNames.Panel(g.Group)}, {PaperNames.Attack(g.Group.Attack)}, "
                        + $"iteration {PaperPoints.Headline(g)}",
                    PaperPoints.Parameters,
                    FigureAxis.Rate("Attack success rate"),
                    [
                        new(
                            "median over seeds",
                            SeriesColour.Category(0),
                            At(g, PaperPoints.Headline(g), PaperPoints.Smoothed)
                        ),
                    ]
                ))
        );

    /// <summary>All tasks of one attack in one panel, on three scales of choice.</summary>
    public static IEnumerable<Figure> TasksTogether(PaperTables tables)
    {
        foreach (
            var attack in Tuned(tables)
                .Where(g => g.Group.Described)
                .GroupBy(g => (g.Group.Family, g.Group.Attack))
                .Where(a => a.Count() > 1)
        )
        {
            (string family, string name) = attack.Key;
            GroupRows[] all = [.. attack];
            GroupRows[] without = [.. all.Where(g => g.Group.Task != "wl")];
            FigureAxis rate = FigureAxis.Rate("Attack success rate");
            List<FigurePanel> panels =
            [
                Tasks("all tasks", all, all, rate),
                Tasks("all tasks, logit axis", all, all, PaperPoints.Logit),
            ];
            if (without.Length < all.Length && without.Length > 0)
            {
                panels.Add(Tasks("without WordLength", without, all, rate));
            }
            yield return Build(
                $"finetuned-tasks-{Slug(family)}-{Slug(name)}",
                $"Tasks together: {PaperNames.Attack(name)} on fine-tuned "
                    + PaperNames.Family(family),
                panels
            )!;
        }
    }

    /// <summary>Accuracy on the same rows before and after the attack.</summary>
    public static Figure? Accuracy(PaperTables tables) =>
        Build(
            "finetuned-accuracy",
            "Accuracy before and after the attack, fine-tuned models",
            Tuned(tables)
                .Select(g =>
                {
                    int last = g.All.Max(r => r.Iteration);
                    return new FigurePanel(
                        $"{PaperNames.Panel(g.Group)}, {PaperNames.Attack(g.Group.Attack)}",
                        PaperPoints.Parameters,
                        FigureAxis.Rate("Accuracy"),
                        [
                            new(
                                "before the attack",
                                SeriesColour.Category(0),
                                At(g, last, r => r.PreAttackAccuracy)
                            ),
                            new(
                                "after the last iteration",
                                SeriesColour.Category(1),
                                At(g, last, r => r.PostAttackAccuracy)
                            )
                            {
                                Marker = SeriesMarker.Square,
                            },
                        ]
                    );
                })
        );

    /// <summary>Refusals broken, with Wilson's interval of the single seed.</summary>
    public static Figure? StrongReject(PaperTables tables)
    {
        FigurePanel[] panels =
        [
            .. tables
                .Groups.Where(g => g.Group.Kind == GroupKind.StrongReject)
                .Select(g => new FigurePanel(
                    g.Group.Described ? PaperNames.Panel(g.Group) : g.Group.Name,
                    PaperPoints.Parameters,
                    FigureAxis.Rate("Refusals broken"),
                    [
                        new(
                            "attack success rate",
                            SeriesColour.Category(0),
                            [
                                .. g.Runs.Select(r =>
                                {
                                    EvaluationRow last = r[^1];
                                    var wilson = SuccessMetrics.Wilson(
                                        last.AttackSuccessRate,
                                        last.AttackedCount ?? 0
                                    );
                                    return new FigurePoint(
                                        last.Parameters,
                                        last.AttackSuccessRate,
                                        wilson?.Low,
                                        wilson?.High,
                                        (int?)last.AttackedCount
                                    );
                                }),
                            ]
                        )
                        {
                            Spread = SeriesSpread.Bars,
                        },
                    ]
                )),
        ];
        return panels.Length == 0
            ? null
            : new Figure("strongreject", "StrongREJECT: success against size", panels)
            {
                SpreadLabel = "95 % Wilson interval",
            };
    }

    /// <summary>Success after chosen rounds of adversarial training.</summary>
    public static Figure? AfterTraining(PaperTables tables, FigureAxis y) =>
        Build(
            y.Scale == AxisScale.Logit10 ? "post_adv_training" : "post_adv_training-raw",
            "Attack success against size after adversarial training"
                + (y.Scale == AxisScale.Logit10 ? "" : ", plain axis"),
            Trained(tables)
                .Select(g => new FigurePanel(
                    $"{PaperNames.Transfer(g.Group)}, iteration {PaperPoints.Headline(g)}",
                    PaperPoints.Parameters,
                    y,
                    [
                        .. s_rounds
                            .Index()
                            .Select(round => new FigureSeries(
                                $"round {round.Item}",
                                SeriesColour.Size(round.Index, s_rounds.Length),
                                PaperPoints.Medians(
                                    g.All.Where(r =>
                                            r.Round == round.Item
                                            && r.Iteration == PaperPoints.Headline(g)
                                        )
                                        .Select(r =>
                                            ((double)r.Parameters, PaperPoints.Smoothed(r))
                                        )
                                )
                            )
                            {
                                LegendRank = round.Index,
                            })
                            .Where(s => s.Points.Count > 0),
                    ]
                ))
        );

    internal static IEnumerable<GroupRows> Tuned(PaperTables tables) =>
        tables.Groups.Where(g => g.Group.Kind == GroupKind.FineTuned);

    internal static IEnumerable<GroupRows> Trained(PaperTables tables) =>
        tables.Groups.Where(g =>
            g.Group.Kind == GroupKind.AdversariallyTrained && !g.Group.IsControl
        );

    internal static Figure? Build(
        string stem,
        string title,
        IEnumerable<FigurePanel> panels,
        string spread = Seeds,
        bool shared = true
    )
    {
        FigurePanel[] all = [.. panels.Where(p => p.Series.Any(s => s.Points.Count > 0))];
        return all.Length == 0
            ? null
            : new Figure(stem, title, all) { SpreadLabel = spread, SharedX = shared };
    }

    private static FigurePanel Tasks(
        string title,
        IEnumerable<GroupRows> groups,
        GroupRows[] all,
        FigureAxis y
    ) =>
        new(
            title,
            PaperPoints.Parameters,
            y,
            [
                .. groups.Select(g => new FigureSeries(
                    $"{PaperNames.Task(g.Group.Task)}, iteration {PaperPoints.Headline(g)}",
                    SeriesColour.Category(Array.IndexOf(all, g)),
                    At(g, PaperPoints.Headline(g), PaperPoints.Smoothed)
                )
                {
                    Marker = (SeriesMarker)(1 + Array.IndexOf(all, g) % 4),
                }),
            ]
        );

    internal static IReadOnlyList<FigurePoint> At(
        GroupRows rows,
        int iteration,
        Func<EvaluationRow, double> value
    ) => At(rows, iteration, r => (double?)value(r));

    private static IReadOnlyList<FigurePoint> At(
        GroupRows rows,
        int iteration,
        Func<EvaluationRow, double?> value
    ) =>
        PaperPoints.Medians(
            rows.All.Where(r => r.Iteration == iteration && value(r) is not null)
                .Select(r => ((double)r.Parameters, value(r)!.Value))
        );

    private static string Slug(string text) =>
        string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
}

using Robustness.Analysis;

namespace Robustness.Reporting;

/// <summary>
/// One way to draw adversarial training (study 7.3.4): what stands on each axis. Round 0 cost
/// nothing and has no place on a logarithmic axis of compute.
/// </summary>
/// <param name="Stem">What is added to the figure's stem; empty for the main one.</param>
/// <param name="Words">What the title says of it; empty for the main one.</param>
/// <param name="X">The horizontal axis.</param>
/// <param name="Y">The vertical axis.</param>
/// <param name="Cost">The place of a round on the horizontal axis.</param>
/// <param name="Value">The place of a row on the vertical axis.</param>
internal sealed record PaperDefenseCurves(
    string Stem,
    string Words,
    FigureAxis X,
    FigureAxis Y,
    Func<RoundCost, double?> Cost,
    Func<EvaluationRow, double?> Value
)
{
    private static readonly FigureAxis s_flops = new("Defence compute", "FLOPs", AxisScale.Compute);

    /// <summary>Drawn dashed beside <see cref="Value"/>; null for nothing.</summary>
    public Func<EvaluationRow, double?>? Before { get; init; }

    /// <summary>Smoothed success on the log-logit plane.</summary>
    public static PaperDefenseCurves Main { get; } =
        new("", "", PaperPoints.DefenseCompute, PaperPoints.Logit, Fraction, Smoothed);

    /// <summary>Plain axes, FLOPs, and accuracies.</summary>
    public static IReadOnlyList<PaperDefenseCurves> Others { get; } =
    [
        new(
            "-raw",
            ", plain axis",
            PaperPoints.DefenseCompute,
            FigureAxis.Rate("Attack success rate"),
            Fraction,
            Smoothed
        ),
        new("-flops", ", in FLOPs", s_flops, PaperPoints.Logit, c => c.MeanFlops, Smoothed),
        new(
            "-accuracy",
            ": accuracy",
            PaperPoints.DefenseCompute,
            FigureAxis.Rate("Accuracy"),
            Fraction,
            r => r.PostAttackAccuracy
        )
        {
            Before = r => r.PreAttackAccuracy,
        },
        new(
            "-accuracy-logit",
            ": accuracy, logit axis",
            PaperPoints.DefenseCompute,
            new("Accuracy", "smoothed", AxisScale.Logit10),
            Fraction,
            r => Smoothed(r, r.PostAttackAccuracy)
        )
        {
            Before = r => Smoothed(r, r.PreAttackAccuracy),
        },
    ];

    /// <summary>Median and range over the seeds of one size, one point for each cost.</summary>
    public IReadOnlyList<FigurePoint> Points(
        GroupRows rows,
        DefenseScaling costs,
        long parameters,
        Func<EvaluationRow, double?> value
    )
    {
        int iteration = PaperPoints.Headline(rows);
        return PaperPoints.Medians(
            from row in rows.All
            where row.Parameters == parameters && row.Iteration == iteration && row.Round > 0
            let cost = costs.Cost(parameters, row.Round) is { } known ? Cost(known) : null
            let y = value(row)
            where cost > 0 && y is not null
            select (cost.Value, y.Value)
        );
    }

    private static double? Fraction(RoundCost cost) => cost.Fraction;

    private static double? Smoothed(EvaluationRow row) => PaperPoints.Smoothed(row);

    private static double? Smoothed(EvaluationRow row, double? rate) =>
        rate is { } known && row.EvaluatedCount is { } count
            ? SuccessMetrics.Laplace(known, count)
            : rate;
}

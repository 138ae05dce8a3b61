using System.Globalization;
using Robustness.Analysis;

namespace Robustness.Reporting;

/// <summary>
/// The balance of offence and defence of one size of one group: its line with a band over rows and
/// seeds, and what follows from it.
/// </summary>
/// <param name="Group">The group.</param>
/// <param name="Size">The size.</param>
/// <param name="Points">Rounds that reach the target, round 0 included.</param>
/// <param name="RoundCount">Rounds above 0 that were evaluated with every iteration stored.</param>
/// <param name="SeedCount">Seeds.</param>
/// <param name="Fit">log10 attack fraction on log10 defence fraction.</param>
/// <param name="Places">log10 defence fractions of the band.</param>
/// <param name="Band">The band at those places.</param>
internal sealed record BalanceFinding(
    ResultGroup Group,
    LadderSize Size,
    IReadOnlyList<BalancePoint> Points,
    int RoundCount,
    int SeedCount,
    ScalingFit Fit,
    IReadOnlyList<double> Places,
    BalanceBand Band
)
{
    private const int PlaceCount = 9;

    /// <summary>All groups and sizes under one rule of compute.</summary>
    public static IReadOnlyList<BalanceFinding> Of(RoundsData data, PaperTables tables) =>
        [
            .. from rows in PaperSizeFigures.Trained(tables)
            from balance in tables.Balances
            where balance.Group == rows.Group.Name && balance.Target == data.Target
            from fit in balance.Balance.Fits
            select Of(data, tables, rows.Group, balance.Balance, fit),
        ];

    private static BalanceFinding Of(
        RoundsData data,
        PaperTables tables,
        ResultGroup group,
        OffenseDefense balance,
        BalanceFit fit
    )
    {
        RoundEvaluation[] evaluations =
        [
            .. data.OfSize(group.Name, fit.Size.Parameters).Where(e => e.Round > 0),
        ];
        DefenseScaling costs = tables.Costs(group);
        Dictionary<int, double> defense = evaluations
            .Select(e => e.Round)
            .Distinct()
            .Where(r => costs.Fraction(fit.Size.Parameters, r) > 0)
            .ToDictionary(r => r, r => Math.Log10(costs.Fraction(fit.Size.Parameters, r)!.Value));
        BalancePoint[] points = [.. balance.Points.Where(p => p.Size == fit.Size)];
        double[] places = Spread(points);
        double? cost = fit.FlopsPerExample / fit.Size.PretrainingFlops;
        BalanceBand band =
            places.Length > 0 && cost is > 0
                ? BalanceBand.Of(
                    [.. evaluations.Select(e => new AttackedRows(e.Seed, e.Round, e.Rows))],
                    defense,
                    data.Target,
                    Math.Log10(cost.Value),
                    places,
                    $"{group.Name}/{fit.Size.Label}/balance"
                )
                : new(null, []);
        return new(
            group,
            fit.Size,
            points,
            defense.Count,
            evaluations.Select(e => e.Seed).Distinct().Count(),
            fit.Fit,
            places,
            band
        );
    }

    /// <summary>Even places between the smallest and the largest defence of the points.</summary>
    private static double[] Spread(IEnumerable<BalancePoint> points)
    {
        double[] x =
        [
            .. points.Where(p => p.Defense > 0).Select(p => Math.Log10(p.Defense!.Value)),
        ];
        if (x.Length < OffenseDefense.MinimumCount)
        {
            return [];
        }
        (double low, double high) = (x.Min(), x.Max());
        return
        [
            .. Enumerable
                .Range(0, PlaceCount)
                .Select(i => low + i * (high - low) / (PlaceCount - 1)),
        ];
    }

    /// <summary>What was found, or why nothing can be said, in one sentence.</summary>
    public string Sentence(double target)
    {
        string where =
            $"{Size.Label}, trained on {PaperNames.Attack(Group.TrainedAttack)}, attacked by "
            + $"{PaperNames.Attack(Group.Attack)} ({Group.Position}): ";
        int reached = Points.Count(p => p.Defense > 0);
        string rounds =
            $"{reached} of {ReportText.Count(RoundCount, "round")} reach a success of "
            + Percent(target);
        if (Fit.Slope is not { } slope)
        {
            return where + WhyNot(reached, rounds);
        }
        string line =
            $"log10 of attack compute changes by {ReportText.Decimal(slope)} per decade of defence "
            + "compute";
        string evidence =
            $" ({rounds}; {ReportText.Count(SeedCount, "seed")}; R² "
            + $"{(Fit.R2 is { } r2 ? ReportText.Decimal(r2) : "undefined")}";
        return Band.Slope switch
        {
            null => $"{where}{line}{evidence}; no interval, since fewer than half of the redrawn "
                + "rows and seeds give a line). Nothing can be said about a slope below or above "
                + "1.",
            { } interval => $"{where}{line}{evidence}; 95% interval "
                + $"{ReportText.Decimal(interval.Low)} to {ReportText.Decimal(interval.High)} over "
                + $"rows and seeds). {Judgement(interval)}",
        };
    }

    private string WhyNot(int reached, string rounds) =>
        (reached, RoundCount) switch
        {
            (_, 0) => "no round of known cost was evaluated, so nothing can be said.",
            (0, _) => $"{rounds}: the attack never gets there after training, so offence and "
                + "defence cannot be compared.",
            (< OffenseDefense.MinimumCount, _) => $"{rounds}, too few for a line (at least "
                + $"{OffenseDefense.MinimumCount}), so nothing can be said.",
            _ => $"{rounds}, but they do not give a line (equal cost or no success at iteration "
                + "0), so nothing can be said.",
        };

    private static string Judgement((double Low, double High) interval) =>
        interval switch
        {
            { High: < 0 } => "More defence made the attack cheaper.",
            { High: < 1, Low: <= 0 } => "Attack compute grows more slowly than defence compute, if "
                + "it grows at all.",
            { High: < 1 } => "Offence gains as both scale: attack compute grows more slowly than "
                + "defence compute.",
            { Low: > 1 } => "Defence gains as both scale: attack compute grows faster than "
                + "defence compute.",
            _ => "The interval holds 1: who gains as both scale cannot be said.",
        };

    private static string Percent(double rate) =>
        (100 * rate).ToString("0.###", CultureInfo.InvariantCulture) + "%";
}

using System.Globalization;
using Robustness.Analysis;

namespace Robustness.Reporting;

/// <summary>
/// The paired tests of one size of one adversarial group at one round: against the model before
/// adversarial training, and against the control arm at the same round.
/// </summary>
/// <param name="Group">The group.</param>
/// <param name="Size">The size.</param>
/// <param name="Round">The round.</param>
/// <param name="Accuracy">Median clean accuracy at round 0 and at this one.</param>
/// <param name="Learned">Accuracy from which a classifier counts as having learned.</param>
/// <param name="IsLast">Whether it is the last round evaluated at this size.</param>
/// <param name="AgainstStart">Against round 0; null where no row was attacked on both.</param>
/// <param name="AgainstControl">Against the control; null where there is none.</param>
internal sealed record RoundComparison(
    ResultGroup Group,
    LadderSize Size,
    int Round,
    (double Before, double After) Accuracy,
    double Learned,
    bool IsLast,
    PairedTest? AgainstStart,
    PairedTest? AgainstControl
)
{
    /// <summary>Level of the tests.</summary>
    public const double Level = 0.01;

    /// <summary>All tests, by group, size and round.</summary>
    public static IReadOnlyList<RoundComparison> Of(RoundsData data) =>
        [
            .. from rows in PaperSizeFigures.Trained(data.Published)
            from size in rows.Sizes
            from test in OfSize(data, rows.Group, size)
            select test,
        ];

    private static IEnumerable<RoundComparison> OfSize(
        RoundsData data,
        ResultGroup group,
        LadderSize size
    )
    {
        RoundEvaluation[] own = Evaluations(data, group.Name, size);
        RoundEvaluation[] control = data.Published.ControlOf(group) is { } arm
            ? Evaluations(data, arm.Group.Name, size)
            : [];
        int last = own.Select(e => e.Round).DefaultIfEmpty().Max();
        foreach (int round in own.Select(e => e.Round).Where(r => r > 0).Distinct().Order())
        {
            yield return new(
                group,
                size,
                round,
                (
                    data.Accuracy(group.Name, size.Parameters, 0) ?? 0,
                    data.Accuracy(group.Name, size.Parameters, round) ?? 0
                ),
                data.LearnedAccuracy,
                round == last,
                PairedTest.Of(Pairs(own.Where(e => e.Round == 0), own, round)),
                PairedTest.Of(Pairs(control.Where(e => e.Round == round), own, round))
            );
        }
    }

    private static RoundEvaluation[] Evaluations(RoundsData data, string group, LadderSize size) =>
        [.. data.OfSize(group, size.Parameters)];

    /// <summary>Rows that were right, and so attacked, on both models of a seed.</summary>
    private static List<PairedRow> Pairs(
        IEnumerable<RoundEvaluation> before,
        RoundEvaluation[] trained,
        int round
    ) =>
        [
            .. from first in before
            from second in trained
            where second.Round == round && second.Seed == first.Seed
            let after = second.Rows.ToDictionary(r => r.RowId, r => r.IsBroken)
            from row in first.Rows
            where after.ContainsKey(row.RowId)
            select new PairedRow(row.RowId, first.Seed, row.IsBroken, after[row.RowId]),
        ];

    /// <summary>Success fell beyond chance and the task was kept.</summary>
    public bool Lowered => AgainstStart is { PValue: < Level } && Accuracy.After >= Learned;

    /// <summary>So it did, and below the control's.</summary>
    public bool BeatsControl => Lowered && AgainstControl is { PValue: < Level };

    /// <summary>What the last round did, in one sentence.</summary>
    public string Sentence()
    {
        string attack = PaperNames.Attack(Group.Attack);
        string where =
            $"{Size.Label}, round {Round}, trained on {PaperNames.Attack(Group.TrainedAttack)}, "
            + $"attacked by {attack} ({Group.Position}): ";
        if (AgainstStart is not { } start)
        {
            return where + "no row was attacked before and after, so nothing can be said.";
        }
        string change =
            $"of {ReportText.Count(start.PairCount)} rows attacked on both models, "
            + $"{ReportText.Count(start.BrokenBefore)} were broken before training and "
            + $"{ReportText.Count(start.BrokenAfter)} after (one-sided p {P(start.PValue)}; "
            + $"{ReportText.Count(start.RowCount, "row")}, "
            + $"{ReportText.Count(start.SeedCount, "seed")}), at a clean accuracy of "
            + $"{ReportText.Rate(Accuracy.Before)} before and "
            + $"{ReportText.Rate(Accuracy.After)} after. ";
        return where + change + Judgement(start);
    }

    private string Judgement(PairedTest start)
    {
        if (start.PValue >= Level)
        {
            return "Training did not lower success beyond chance.";
        }
        if (Accuracy.After < Learned)
        {
            return "Success fell, but the task was lost: no defence.";
        }
        return AgainstControl switch
        {
            null => "Success fell; without a control arm at this size it cannot be told whether "
                + "the attacked texts or the training alone did it.",
            { PValue: < Level } control => $"Success fell, and below the control's: "
                + $"{ReportText.Count(control.BrokenAfter)} against "
                + $"{ReportText.Count(control.BrokenBefore)} of "
                + $"{ReportText.Count(control.PairCount)} rows (p {P(control.PValue)}). "
                + "Adversarial training is a defence here.",
            { } control => $"Success fell, but not below the control's: "
                + $"{ReportText.Count(control.BrokenAfter)} against "
                + $"{ReportText.Count(control.BrokenBefore)} of "
                + $"{ReportText.Count(control.PairCount)} rows (p {P(control.PValue)}). "
                + "Training on random text does as much.",
        };
    }

    /// <summary>A probability with two digits.</summary>
    internal static string P(double value) =>
        value switch
        {
            < 1e-9 => "< 1e-9",
            < 0.001 => value.ToString("0.0e-0", CultureInfo.InvariantCulture),
            _ => value.ToString("0.###", CultureInfo.InvariantCulture),
        };
}

using System.Globalization;

namespace Robustness.Reporting;

/// <summary>How many iterations one attack needed on one classifier (study 6.2).</summary>
/// <param name="Victim">The classifier.</param>
/// <param name="Attack">The attack.</param>
/// <param name="Values">One for each share d, ascending.</param>
public sealed record BreachRow(Victim Victim, string Attack, IReadOnlyList<BreachValue> Values);

/// <summary>IFS@d and AIB@d at one share of the rows.</summary>
/// <param name="Share">d.</param>
/// <param name="IterationsForSuccess">
/// First iteration at which the success rate is at least d; null if none is.
/// </param>
/// <param name="AverageInitialBreach">
/// Mean first breach of the easiest share d of the rows; null if one of them never breaks.
/// </param>
public readonly record struct BreachValue(
    double Share,
    int? IterationsForSuccess,
    double? AverageInitialBreach
);

/// <summary>Iterations to a share of success, classifier by classifier.</summary>
internal static class BreachSection
{
    private static readonly double[] s_shown = [0.1, 0.5, 0.9];

    /// <summary>The section; null without rows.</summary>
    public static HtmlSection? Build(StudyReportData data) =>
        data.Breaches.Count == 0
            ? null
            : new(
                "iterations",
                "Iterations to a breach",
                [
                    Html.Paragraph(
                        "IFS@d: the first iteration at which the success rate is d or more. AIB@d: "
                            + "the mean first iteration that broke the easiest share d of the "
                            + "attacked rows. Empty: never. All d from 0 to 1 are in "
                            + "tables/breaches.csv."
                    ),
                    .. data.Study.Tasks.SelectMany(t => Table(data, t).Build()),
                ]
            );

    private static HtmlTable Table(StudyReportData data, TaskDescription task) =>
        new(
            $"{task.Name}: iterations to a breach",
            [
                HtmlColumn.Text("Size"),
                HtmlColumn.Number("Seed"),
                HtmlColumn.Text("Attack"),
                .. s_shown.Select(d => HtmlColumn.Number($"IFS@{Decimal(d)}")),
                .. s_shown.Select(d => HtmlColumn.Number($"AIB@{Decimal(d)}")),
            ],
            [
                .. from size in data.Ladder
                from row in data.Breaches
                where row.Victim.Task == task.Name && row.Victim.Size == size.Size
                select Cells(row),
            ]
        );

    private static IReadOnlyList<string> Cells(BreachRow row) =>
        [
            row.Victim.Size,
            row.Victim.Seed.ToString(CultureInfo.InvariantCulture),
            row.Attack,
            .. At(row)
                .Select(v => v.IterationsForSuccess is { } first ? ReportText.Count(first) : ""),
            .. At(row)
                .Select(v =>
                    v.AverageInitialBreach is { } mean
                        ? mean.ToString("0.0", CultureInfo.InvariantCulture)
                        : ""
                ),
        ];

    private static IEnumerable<BreachValue> At(BreachRow row) =>
        s_shown.Select(d => row.Values.First(v => Math.Abs(v.Share - d) < 1e-9));

    private static string Decimal(double d) => d.ToString("0.#", CultureInfo.InvariantCulture);
}

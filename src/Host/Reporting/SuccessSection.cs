using System.Globalization;
using System.Xml.Linq;

namespace Robustness.Reporting;

/// <summary>
/// Success against size and against compute, with the numbers of every classifier.
/// </summary>
internal sealed class SuccessSection(
    StudyReportData data,
    LearnedSizes learned,
    IReadOnlyList<AttackGroup> groups
)
{
    /// <summary>The section.</summary>
    /// <param name="bySize">Figure of 7.3.1.</param>
    /// <param name="byCompute">Figure of 7.3.2.</param>
    /// <param name="folder">Folder of the figures' files.</param>
    public HtmlSection Build(Figure bySize, Figure byCompute, string folder) =>
        new(
            "success",
            "Attack success",
            [
                HtmlFigure.Build(
                    bySize,
                    "Success at the last iteration, median over the seeds that learned the "
                        + "task; the band spans the smallest and the largest of them. Crosses: "
                        + "sizes that have not learned the task, whose success would say "
                        + "nothing about robustness.",
                    folder
                ),
                .. Trends(),
                HtmlFigure.Build(
                    byCompute,
                    "Both axes are logarithmic, the vertical one in the odds. Success is "
                        + "Laplace-smoothed: (successes of the nominal set + 1) / (n + 2). "
                        + "Compute is the paper's rule over all attacked rows, as a share of "
                        + "the size's own pretraining compute.",
                    folder
                ),
                Html.Paragraph(
                    "Three readings of success after each iteration: now (the string recorded "
                        + "there), best (the string of lowest loss so far), ever (any string so "
                        + "far). The figures use the reading that the paper has for the attack, "
                        + "marked with * and given with its Wilson interval. FLOPs are per row "
                        + "and iteration."
                ),
                .. data.Study.Tasks.SelectMany(Table),
            ]
        );

    private IEnumerable<XElement> Trends() =>
        new HtmlTable(
            "Success against size: least squares of the log10 odds of smoothed success on log10 "
                + "of the parameters, one point for each learned classifier",
            [
                HtmlColumn.Text("Task"),
                HtmlColumn.Text("Attack"),
                HtmlColumn.Number("Sizes"),
                HtmlColumn.Number("n"),
                HtmlColumn.Number("Slope"),
                HtmlColumn.Number("Standard error"),
                HtmlColumn.Number("R²"),
            ],
            [.. groups.Select(Trend)]
        ).Build();

    private IReadOnlyList<string> Trend(AttackGroup group)
    {
        var trend = SizeTrend.Of(group, data.Ladder);
        return
        [
            group.Task.Name,
            group.Attack,
            ReportText.Count(trend.SizeCount),
            ReportText.Count(trend.Fit.Count),
            trend.Fit.Slope is { } slope ? ReportText.Signed(slope) : "too few sizes",
            trend.Fit.SlopeError is { } error ? ReportText.Decimal(error) : "",
            trend.Fit.R2 is { } r2 ? ReportText.Decimal(r2) : "",
        ];
    }

    private IEnumerable<XElement> Table(TaskDescription task) =>
        new HtmlTable(
            $"{task.Name}: every attack on every classifier",
            [
                HtmlColumn.Text("Size"),
                HtmlColumn.Number("Seed"),
                HtmlColumn.Text("Attack"),
                HtmlColumn.Text("Learned"),
                HtmlColumn.Number("Rows attacked"),
                HtmlColumn.Number("Last iteration"),
                HtmlColumn.Number("Now, first"),
                HtmlColumn.Number("Now, last"),
                HtmlColumn.Number("Best, last"),
                HtmlColumn.Number("Ever, last"),
                HtmlColumn.Number($"{task.Class0} broken"),
                HtmlColumn.Number($"{task.Class1} broken"),
                HtmlColumn.Number("Mean log p(true), last"),
                HtmlColumn.Number("FLOPs, paper"),
                HtmlColumn.Number("FLOPs, executed"),
                HtmlColumn.Number("FLOPs, linear"),
            ],
            [
                .. data.Ladder.SelectMany(size =>
                    data.Curves.Where(c =>
                            c.Victim.Task == task.Name
                            && c.Victim.Size == size.Size
                            && c.Last is not null
                        )
                        .Select(Row)
                ),
            ]
        ).Build();

    private IReadOnlyList<string> Row(AttackCurve curve)
    {
        CurvePoint last = curve.Last!;
        string Reading(SuccessReading reading, Func<CurvePoint, int> rows)
        {
            var share = new Share(rows(last), curve.AttackedRowCount);
            return curve.Headline == reading
                ? $"* {ReportText.Cell(share)}"
                : ReportText.Rate(share);
        }
        double rowCount = Math.Max(1, curve.AttackedRowCount);
        return
        [
            curve.Victim.Size,
            curve.Victim.Seed.ToString(CultureInfo.InvariantCulture),
            curve.Attack,
            learned.Contains(curve.Victim) ? "yes" : "no",
            ReportText.Count(curve.AttackedRowCount),
            ReportText.Count(last.Iteration),
            ReportText.Rate(new Share(curve.First!.Instantaneous, curve.AttackedRowCount)),
            Reading(SuccessReading.Instantaneous, p => p.Instantaneous),
            Reading(SuccessReading.BestByLoss, p => p.BestByLoss),
            Reading(SuccessReading.EverBroken, p => p.EverBroken),
            ReportText.Rate(curve.LastByClass.Class0),
            ReportText.Rate(curve.LastByClass.Class1),
            ReportText.Decimal(last.MeanLogProbability),
            ReportText.Flops(curve.FlopsPerIteration.Paper / rowCount),
            ReportText.Flops(curve.FlopsPerIteration.Executed / rowCount),
            ReportText.Flops(curve.FlopsPerIteration.Linear / rowCount),
        ];
    }
}

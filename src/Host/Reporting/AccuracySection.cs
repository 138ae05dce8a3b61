using System.Globalization;
using System.Xml.Linq;

namespace Robustness.Reporting;

/// <summary>Accuracy before any search: clean and with one random insertion, by class.</summary>
internal static class AccuracySection
{
    /// <summary>The section.</summary>
    public static HtmlSection Build(StudyReportData data, LearnedSizes learned) =>
        new(
            "accuracy",
            "Accuracy before the attack",
            [
                Html.Paragraph(
                    "Held-out rows. The random insertion is the random attack's first draw: a "
                        + "classifier that is wrong under it is surprised by text, not beaten by "
                        + "search. Square brackets hold 95% Wilson intervals."
                ),
                .. data.Study.Tasks.SelectMany(t => Table(data, learned, t)),
            ]
        );

    private static IEnumerable<XElement> Table(
        StudyReportData data,
        LearnedSizes learned,
        TaskDescription task
    ) =>
        new HtmlTable(
            task.Name,
            [
                HtmlColumn.Text("Size"),
                HtmlColumn.Number("Seed"),
                HtmlColumn.Text("Learned"),
                HtmlColumn.Number("Rows"),
                HtmlColumn.Number("Clean accuracy"),
                HtmlColumn.Number($"Recall of {task.Class0}"),
                HtmlColumn.Number($"Recall of {task.Class1}"),
                HtmlColumn.Number("One random insertion"),
                HtmlColumn.Number($"Recall of {task.Class0}, random insertion"),
                HtmlColumn.Number($"Recall of {task.Class1}, random insertion"),
            ],
            [
                .. data
                    .Ladder.SelectMany(size => learned.Rows(task.Name, size.Size))
                    .Select(row => Row(row, learned)),
            ]
        ).Build();

    private static IReadOnlyList<string> Row(AccuracyRow row, LearnedSizes learned) =>
        [
            row.Victim.Size,
            row.Victim.Seed.ToString(CultureInfo.InvariantCulture),
            learned.Contains(row.Victim) ? "yes" : "no",
            ReportText.Count(row.Clean.All.Total),
            ReportText.Cell(row.Clean.All),
            ReportText.Rate(row.Clean.Class0),
            ReportText.Rate(row.Clean.Class1),
            .. row.RandomInsertion is { } random
                ? (string[])
                    [
                        ReportText.Cell(random.All),
                        ReportText.Rate(random.Class0),
                        ReportText.Rate(random.Class1),
                    ]
                : ["", "", ""],
        ];
}

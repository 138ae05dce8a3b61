namespace Robustness.Reporting;

/// <summary>
/// How long each stage took, what the settings were, and how to run the study again.
/// </summary>
internal static class RunSection
{
    /// <summary>Wall-clock times by stage.</summary>
    public static HtmlSection Timings(StudyReportData data) =>
        new(
            "timings",
            "Timings",
            [
                Html.Paragraph(
                    "Wall-clock time of the runs, summed over runs; runs that ran side by side "
                        + $"overlap. Sum: {ReportText.Duration(data.Timings.Sum(t => t.Seconds))}."
                ),
                .. new HtmlTable(
                    "Stages",
                    [
                        HtmlColumn.Text("Stage"),
                        HtmlColumn.Text("Size"),
                        HtmlColumn.Number("Runs"),
                        HtmlColumn.Number("Time"),
                    ],
                    [
                        .. data.Timings.Select(t =>
                            (IReadOnlyList<string>)
                                [
                                    t.Stage,
                                    t.Size,
                                    ReportText.Count(t.RunCount),
                                    ReportText.Duration(t.Seconds),
                                ]
                        ),
                    ]
                ).Build(),
            ]
        );

    /// <summary>Commands, version, seeds and settings.</summary>
    public static HtmlSection Reproduce(StudyReportData data) =>
        new(
            "reproduce",
            "How to reproduce",
            [
                Html.Paragraph(
                    $"Program version {data.Study.Version}; fine-tuning seeds "
                        + $"{ReportText.List([.. data.Study.Seeds.Select(s => $"{s}")])}. All "
                        + "numbers of this page come from the study's store; a second run of the "
                        + "same study gives the same tables, byte by byte."
                ),
                Html.Lines(data.Study.Commands),
                .. new HtmlTable(
                    "Settings",
                    [HtmlColumn.Text("Setting"), HtmlColumn.Text("Value")],
                    [.. data.Study.Settings.Select(s => (IReadOnlyList<string>)[s.Name, s.Value])]
                ).Build(),
            ]
        );
}

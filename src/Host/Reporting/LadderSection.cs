namespace Robustness.Reporting;

/// <summary>
/// The sizes: shape, parameters, tokens and compute, and what pretraining taught.
/// </summary>
internal static class LadderSection
{
    /// <summary>The section.</summary>
    public static HtmlSection Build(StudyReportData data) =>
        new(
            "ladder",
            "The ladder of models",
            [
                Html.Paragraph(
                    "Every pretrained model is fine-tuned for each task and seed. Compute "
                        + "follows the paper's rule, 2 FLOPs per parameter and token forward and "
                        + "4 backward; tokens are those really spent."
                ),
                .. Table(data.Ladder).Build(),
                Html.Heading("What the pretraining text teaches"),
                data.Study.PretrainingTeaches.Count == 0
                    ? Html.Note("Nothing is recorded about the pretraining text.")
                    : Html.List(data.Study.PretrainingTeaches),
            ]
        );

    private static HtmlTable Table(IReadOnlyList<LadderRow> ladder)
    {
        string[] probes = [.. ladder.SelectMany(r => r.Probes.Select(p => p.Name)).Distinct()];
        return new(
            "Sizes",
            [
                HtmlColumn.Text("Size"),
                HtmlColumn.Number("Width"),
                HtmlColumn.Number("Layers"),
                HtmlColumn.Number("Heads"),
                HtmlColumn.Number("Non-embedding parameters"),
                HtmlColumn.Number("Classifier parameters"),
                HtmlColumn.Number("Pretraining tokens"),
                HtmlColumn.Number("Pretraining FLOPs"),
                HtmlColumn.Number("Fine-tuning FLOPs"),
                HtmlColumn.Number("Pretraining time"),
                .. probes.Select(p => HtmlColumn.Number($"Probe: {p}")),
            ],
            [.. ladder.Select(r => Row(r, probes))]
        );
    }

    private static IReadOnlyList<string> Row(LadderRow row, string[] probes) =>
        [
            row.Size,
            ReportText.Count(row.Width),
            ReportText.Count(row.LayerCount),
            ReportText.Count(row.HeadCount),
            ReportText.Count(row.NonEmbeddingParameters),
            ReportText.Count(row.ClassifierParameters),
            ReportText.Count(row.PretrainingTokens),
            ReportText.Flops(row.PretrainingFlops),
            ReportText.Flops(row.FineTuningFlops),
            ReportText.Duration(row.Seconds),
            .. probes.Select(name =>
                row.Probes.FirstOrDefault(p => p.Name == name) is { } probe
                    ? ReportText.Decimal(probe.Accuracy)
                    : ""
            ),
        ];
}

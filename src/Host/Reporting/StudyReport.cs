using System.Text;

namespace Robustness.Reporting;

/// <summary>
/// Writes the report of a study: report.html, which needs no other file, and beside it
/// figures/NAME.svg and figures/NAME.csv. Same data, same bytes.
/// </summary>
public static class StudyReport
{
    /// <summary>Name of the page in its folder.</summary>
    public const string PageName = "report.html";

    private const string FigureFolder = "figures";

    /// <summary>
    /// Writes page and figures; the page last, so that it never stands beside figures of an
    /// older run. Returns the page's path.
    /// </summary>
    public static string Write(StudyReportData data, string folder)
    {
        ArgumentNullException.ThrowIfNull(data);
        var content = new Content(data);
        string figures = Path.Combine(folder, FigureFolder);
        Directory.CreateDirectory(figures);
        foreach (Figure figure in content.Figures)
        {
            Replace(Path.Combine(figures, $"{figure.Stem}.svg"), FigureSvg.Document(figure));
            Replace(Path.Combine(figures, $"{figure.Stem}.csv"), FigureCsv.Text(figure));
        }
        string page = Path.Combine(folder, PageName);
        Replace(page, content.Page());
        return page;
    }

    /// <summary>The text of the page.</summary>
    public static string Page(StudyReportData data) => new Content(data).Page();

    private static void Replace(string path, string text)
    {
        string partial = path + ".partial";
        File.WriteAllText(partial, text, new UTF8Encoding(false));
        File.Move(partial, path, overwrite: true);
    }

    /// <summary>The figures and sections of one report, computed once.</summary>
    private sealed class Content
    {
        private readonly StudyReportData _data;
        private readonly LearnedSizes _learned;
        private readonly IReadOnlyList<AttackGroup> _groups;
        private readonly IReadOnlyList<AttackSlopes> _slopes;
        private readonly Figure _bySize;
        private readonly Figure _byCompute;
        private readonly Figure _slopesBySize;
        private readonly RoundsSection? _rounds;

        public Content(StudyReportData data)
        {
            _data = data;
            _learned = new LearnedSizes(data);
            _groups = AttackGroup.Of(data, _learned);
            _slopes = [.. _groups.Select(g => AttackSlopes.Of(g, data.Ladder))];
            var figures = new StudyFigures(data, _learned, _groups);
            _bySize = figures.SuccessBySize();
            _byCompute = figures.SuccessByCompute();
            _slopesBySize = figures.Slopes(_slopes);
            _rounds = data.Rounds is { } rounds
                ? new RoundsSection(rounds with { Ladder = [.. data.Ladder.Select(r => r.Size)] })
                : null;
        }

        public IEnumerable<Figure> Figures =>
            [_bySize, _byCompute, _slopesBySize, .. _rounds?.Figures ?? []];

        public string Page()
        {
            var success = new SuccessSection(_data, _learned, _groups);
            return HtmlPage.Write(
                $"Robustness study “{_data.Study.Name}”",
                "How the success of attacks on small language models changes with model size "
                    + "and attack compute.",
                [
                    new StudySummary(_data, _learned, _groups).Build(_rounds?.Headlines ?? []),
                    LadderSection.Build(_data),
                    AccuracySection.Build(_data, _learned),
                    success.Build(_bySize, _byCompute, FigureFolder),
                    SlopeSection.Build(_slopes, _slopesBySize, FigureFolder),
                    .. BreachSection.Build(_data) is { } breaches
                        ? [breaches]
                        : Array.Empty<HtmlSection>(),
                    .. _rounds?.Build(FigureFolder) ?? [],
                    new PromptSection(_data, _learned, _groups).Build(),
                    RunSection.Timings(_data),
                    RunSection.Reproduce(_data),
                ]
            );
        }
    }
}

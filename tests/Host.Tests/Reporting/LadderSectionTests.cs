using NUnit.Framework;
using Robustness.Reporting;

namespace Robustness.Tests.Reporting;

/// <summary>Columns of the ladder that not every study has: what the probes found.</summary>
public sealed class LadderSectionTests
{
    [Test]
    public void EveryProbeHasAColumnAndASizeWithoutItAnEmptyCell()
    {
        StudyReportData data = new SampleStudy { Sizes = 2 }.Build();
        LadderRow[] ladder =
        [
            data.Ladder[0] with
            {
                Probes = [new("copy", 0.125), new("record-same", 0.5)],
            },
            data.Ladder[1] with
            {
                Probes = [new("record-same", 1), new("record-longer", 0.994)],
            },
        ];

        string[][] cells = Cells(StudyReport.Page(data with { Ladder = ladder }));

        Assert.That(
            cells[0][^3..],
            Is.EqualTo(new[] { "Probe: copy", "Probe: record-same", "Probe: record-longer" })
        );
        Assert.That(cells[1][^3..], Is.EqualTo(new[] { "0.13", "0.50", "" }));
        Assert.That(cells[2][^3..], Is.EqualTo(new[] { "", "1.00", "0.99" }));
    }

    [Test]
    public void ATextWithoutProbesHasNoSuchColumn()
    {
        StudyReportData data = new SampleStudy { Sizes = 1, Learned = 1 }.Build();
        var row = data.Ladder[0] with { Probes = [] };

        string[][] cells = Cells(StudyReport.Page(data with { Ladder = [row] }));

        Assert.That(cells[0][^1], Is.EqualTo("Pretraining time"));
        Assert.That(cells[1], Has.Length.EqualTo(cells[0].Length));
    }

    // Heads and rows of the page's first table, the ladder.
    private static string[][] Cells(string page)
    {
        int from = page.IndexOf("<table", StringComparison.Ordinal);
        int to = page.IndexOf("</table>", from, StringComparison.Ordinal);
        return
        [
            .. page[from..to]
                .Split("<tr>")
                .Skip(1)
                .Select(row =>
                    System
                        .Text.RegularExpressions.Regex.Matches(row, "<t[hd][^>]*>(.*?)</t[hd]>")
                        .Select(cell => cell.Groups[1].Value)
                        .ToArray()
                ),
        ];
    }
}

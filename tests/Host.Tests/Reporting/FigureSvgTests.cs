using System.Text.RegularExpressions;
using System.Xml.Linq;
using NUnit.Framework;
using Robustness.Reporting;

namespace Robustness.Tests.Reporting;

/// <summary>
/// Figures as SVG and CSV: golden files, well-formed, self-contained, deterministic.
/// </summary>
public sealed class FigureSvgTests
{
    private static Figure[] All =>
        [SampleFigures.BySize, SampleFigures.ByCompute, SampleFigures.Balance, SampleFigures.Empty];

    [TestCaseSource(nameof(All))]
    public void EqualsItsGoldenFiles(Figure figure)
    {
        GoldenFile.Check($"{figure.Stem}.svg", FigureSvg.Document(figure));
        GoldenFile.Check($"{figure.Stem}.csv", FigureCsv.Text(figure));
    }

    [TestCaseSource(nameof(All))]
    public void IsWellFormedAndRefersToNothingOutside(Figure figure)
    {
        var document = XDocument.Parse(FigureSvg.Document(figure));
        string[] ids =
        [
            .. document.Descendants().Select(e => e.Attribute("id")?.Value).OfType<string>(),
        ];
        Assert.That(ids, Is.Unique);
        string withoutNamespace = FigureSvg
            .Document(figure)
            .Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal);
        Assert.That(withoutNamespace, Does.Not.Contain("http").And.Not.Contain("href"));
        Assert.That(withoutNamespace, Does.Not.Match(@"NaN|Infinity|rgb\(|black"));
        foreach (Match target in Regex.Matches(withoutNamespace, @"url\(#([^)]+)\)"))
        {
            Assert.That(ids, Does.Contain(target.Groups[1].Value));
        }
    }

    [Test]
    public void TheSameFigureGivesTheSameBytes() =>
        Assert.That(
            FigureSvg.Document(SampleFigures.BySize),
            Is.EqualTo(FigureSvg.Document(SampleFigures.BySize))
        );

    [Test]
    public void APanelWithoutAPlaceForItsPointsSaysSo() =>
        Assert.That(FigureSvg.Document(SampleFigures.Empty), Does.Contain("nothing to show"));

    [Test]
    public void LabelsCannotBecomeMarkup()
    {
        Figure figure = SampleFigures.Empty with
        {
            Title = "<script>&\"'",
            Panels =
            [
                new(
                    "</text><b>\u0001",
                    new("a<b", "c&d", AxisScale.Linear),
                    new("e>f", "", AxisScale.Linear),
                    [new("\"><g>", SeriesColour.Category(0), [new(1, 1)])]
                ),
            ],
        };
        var document = XDocument.Parse(FigureSvg.Document(figure));
        Assert.That(
            document.Descendants().Select(e => e.Name.LocalName),
            Has.None.AnyOf("script", "b")
        );
        Assert.That(document.Root!.Value, Does.Contain("</text><b>␁").And.Contain("\"><g>"));
    }

    [Test]
    public void TheCsvKeepsWhatThePictureCannotShow() =>
        Assert.That(
            FigureCsv.Text(SampleFigures.Empty).Split('\n')[1..3],
            Is.EqualTo(
                new[]
                {
                    "all zero,zero,Parameters,Success,1000,0,,,",
                    "all zero,zero,Parameters,Success,0,0.5,,,",
                }
            )
        );
}

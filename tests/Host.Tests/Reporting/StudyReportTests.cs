using System.Text;
using System.Text.RegularExpressions;
using NUnit.Framework;
using Robustness.Reporting;

namespace Robustness.Tests.Reporting;

/// <summary>
/// The study's report: golden page, self-contained, deterministic, honest about what was not
/// learned, whole for the smallest and flattest studies.
/// </summary>
public sealed class StudyReportTests
{
    private static readonly SampleStudy s_small = new()
    {
        Sizes = 2,
        Tasks = 1,
        Learned = 1,
        RandomIterations = 20,
    };

    private static SampleStudy[] Shapes =>
        [
            new(),
            s_small,
            new() { Learned = 0 },
            new() { Sizes = 1, Learned = 1 },
            new() { Seeds = 1 },
            new() { Constant = 0 },
            new() { Constant = 1 },
            new() { RandomIterations = 1200 },
        ];

    [Test]
    public void EqualsItsGoldenFile() =>
        GoldenFile.Check("report.html", StudyReport.Page(s_small.Build()));

    [TestCaseSource(nameof(Shapes))]
    public void EveryStudyGivesAWholePage(SampleStudy study)
    {
        string page = StudyReport.Page(study.Build());
        Assert.That(page, Does.Not.Match(@"\bNaN\b|Infinity|∞"));
        Assert.That(page, Does.EndWith("</html>\n"));
        Assert.That(
            Regex.Matches(page, @" id=""([^""]+)""").Select(m => m.Groups[1].Value),
            Is.Unique
        );
        Assert.That(StudyReport.Page(study.Build()), Is.EqualTo(page), "not deterministic");
    }

    [TestCaseSource(nameof(Shapes))]
    public void ThePageLoadsNothing(SampleStudy study)
    {
        string page = StudyReport.Page(study.Build());
        Assert.That(page, Does.Not.Contain("http://").And.Not.Contain("https://"));
        Assert.That(page, Does.Not.Match("<(script|link|img|iframe|object)|@import| src="));
        Assert.That(
            Regex.Matches(page, @"href=""([^""]*)""").Select(m => m.Groups[1].Value),
            Has.All.Match(@"^(#[a-z]+|figures/[a-z-]+\.(csv|svg))$")
        );
    }

    [Test]
    public void WritesThePageAndEveryFigure()
    {
        string folder = Path.Combine(
            TestContext.CurrentContext.WorkDirectory,
            TestContext.CurrentContext.Test.ID
        );
        string page = StudyReport.Write(s_small.Build(), folder);
        Assert.That(File.ReadAllText(page), Is.EqualTo(StudyReport.Page(s_small.Build())));
        Assert.That(
            Directory
                .GetFiles(folder, "*", SearchOption.AllDirectories)
                .Select(f => Path.GetRelativePath(folder, f).Replace('\\', '/')),
            Is.EquivalentTo(
                new[]
                {
                    "report.html",
                    "figures/success-by-size.svg",
                    "figures/success-by-size.csv",
                    "figures/success-by-compute.svg",
                    "figures/success-by-compute.csv",
                    "figures/slopes-by-size.svg",
                    "figures/slopes-by-size.csv",
                }
            )
        );
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public void SizesThatHaveNotLearnedAreNoPointOfALine()
    {
        string page = StudyReport.Page(new SampleStudy().Build());
        Assert.That(page, Does.Contain("Not learned: 7k and 25k; these are shown as crosses"));
        Assert.That(page, Does.Contain("has not learned the task"));
        StudyReportData nothing = new SampleStudy { Learned = 0 }.Build();
        Assert.That(
            StudyReport.Page(nothing),
            Does.Contain("so nothing is said about robustness on it")
                .And.Contain("Among the two largest sizes, not learned: 150k and 336k.")
                .And.Contain("nothing to show")
        );
    }

    [Test]
    public void SaysWhetherTheCurveMeasuresSearch()
    {
        string page = StudyReport.Page(new SampleStudy().Build());
        Assert.That(page, Does.Contain("The curve measures search."));
        string surprised = StudyReport.Page(new SampleStudy { Constant = 1 }.Build());
        Assert.That(
            surprised,
            Does.Contain(
                "Read it as a mix of search and surprise: success at iteration 1 is above 0.15 and "
                    + "the end is less than 0.10 above random strings."
            )
        );
    }

    [Test]
    public void OneSeedIsCalledOneSeed()
    {
        string page = StudyReport.Page(new SampleStudy { Seeds = 1 }.Build());
        Assert.That(page, Does.Contain("One seed: there is no spread over seeds"));
        Assert.That(page, Does.Not.Contain("smallest and largest of 1 seeds"));
    }

    [Test]
    public void NamesTheClassThatBreaks() =>
        Assert.That(
            StudyReport.Page(new SampleStudy().Build()),
            Does.Contain("GCG is lopsided: of the rows that are really DENIED")
        );

    [Test]
    public void AStudyOfNothingIsAPage()
    {
        StudyReportData full = s_small.Build();
        StudyReportData empty = new(full.Study with { Seeds = [], Tasks = [] }, [], [], [], [], []);
        Assert.That(
            StudyReport.Page(empty),
            Does.Contain("No model of this study has been trained yet.")
                .And.Contain("No attacked prompt")
        );
        string folder = Path.Combine(TestContext.CurrentContext.WorkDirectory, "empty-study");
        Assert.That(StudyReport.Write(empty, folder), Does.Exist);
        Directory.Delete(folder, recursive: true);
    }

    [FsCheck.NUnit.Property(MaxTest = 50)]
    public void TextFromOutsideCannotBecomeMarkup(string text)
    {
        string page = StudyReport.Page(WithText("</pre><script>&\"'" + text));
        Assert.That(Tags(page), Is.EqualTo(Tags(StudyReport.Page(WithText("x")))));
        Assert.That(page.Where(c => char.IsControl(c) && c != '\n'), Is.Empty);
        Assert.That(() => new UTF8Encoding(false, true).GetBytes(page), Throws.Nothing);
    }

    private static StudyReportData WithText(string text)
    {
        StudyReportData data = s_small.Build();
        return data with
        {
            Study = data.Study with
            {
                Name = text,
                Tasks = [data.Study.Tasks[0] with { Class0 = text, Class1 = text }],
                Commands = [text],
                Settings = [new(text, text)],
                PretrainingTeaches = [text],
            },
            Prompts =
            [
                .. data.Prompts.Select(p =>
                    p with
                    {
                        Before = text,
                        AttackText = text,
                        After = text,
                        CleanText = text,
                    }
                ),
            ],
            Timings = [new(text, text, 1, 1)],
        };
    }

    /// <summary>The page's tags, without those that the page itself puts around signs.</summary>
    private static string Tags(string page) =>
        string.Concat(
            Regex
                .Matches(Regex.Replace(page, "<span class=\"sign\">[^<]*</span>", ""), "<[^>]*>")
                .Select(m => m.Value)
        );

    /// <summary>Both ends p solve (k/n - p)² = z² p (1 - p) / n, which defines them.</summary>
    [TestCase(0, 30)]
    [TestCase(41, 98)]
    [TestCase(50, 50)]
    public void SharesHaveWilsonIntervals(int k, int n)
    {
        (double low, double high) = new Share(k, n).Interval();
        foreach (double p in new[] { low, high })
        {
            double distance = Math.Pow((double)k / n - p, 2);
            double variance = Math.Pow(1.959963984540054, 2) * p * (1 - p) / n;
            Assert.That(distance, Is.EqualTo(variance).Within(1e-12));
        }
        Assert.That(low, Is.LessThan(high));
    }

    [Test]
    public void DurationsAreReadable() =>
        Assert.That(
            new[] { 4.21, 59.96, 192, 3725 }.Select(ReportText.Duration),
            Is.EqualTo(new[] { "4.2 s", "1 min 0 s", "3 min 12 s", "1 h 2 min" })
        );
}

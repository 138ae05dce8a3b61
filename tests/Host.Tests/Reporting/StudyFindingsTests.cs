using NUnit.Framework;
using Robustness.Reporting;

namespace Robustness.Tests.Reporting;

/// <summary>
/// What the report concludes: who has learned, what is surprise, how slopes are fitted.
/// </summary>
public sealed class StudyFindingsTests
{
    [Test]
    public void AClassifierBelowTheThresholdEntersNoLineThoughItsSizeHasLearned()
    {
        StudyReportData data = new SampleStudy { Seeds = 3 }.Build();
        var weak = new Victim("336k", "PasswordMatch", 1);
        data = data with
        {
            Accuracy =
            [
                .. data.Accuracy.Select(r =>
                    r.Victim == weak ? r with { Clean = new(new(160, 250), new(158, 250)) } : r
                ),
            ],
        };
        var learned = new LearnedSizes(data);
        Assert.That(learned.Learned("PasswordMatch"), Does.Contain("336k"));
        Assert.That(learned.Contains(weak), Is.False);
        Assert.That(learned.Stragglers("PasswordMatch"), Is.EqualTo(new[] { weak }));
        AttackGroup group = AttackGroup.Of(data, learned)[0];
        Assert.That(group.Curves.Select(c => c.Victim), Does.Not.Contain(weak));
        Assert.That(
            StudyReport.Page(data),
            Does.Contain("Left out although their size has learned it: 336k seed 1.")
        );
    }

    [Test]
    public void ADropUnderOneRandomInsertionIsCalledSurprise()
    {
        StudyReportData data = new SampleStudy { ChunkNoise = 0 }.Build();
        data = data with
        {
            Accuracy =
            [
                .. data.Accuracy.Select(r =>
                    r with
                    {
                        RandomInsertion = new(new(250, 250), new(20, 250)),
                    }
                ),
            ],
        };
        string page = StudyReport.Page(data);
        Assert.That(
            page,
            Does.Contain("At 336k one random insertion alone lowers accuracy from 0.96 to 0.54")
        );
        Assert.That(page, Does.Contain("(chunk_noise 0): any text there is new"));
    }

    [Test]
    public void AnInsertionThatWasNotScoredIsAnEmptyCell()
    {
        StudyReportData data = new SampleStudy().Build();
        data = data with
        {
            Accuracy = [.. data.Accuracy.Select(r => r with { RandomInsertion = null })],
        };
        Assert.That(StudyReport.Page(data), Does.Contain("<td class=\"number\"></td>"));
    }

    [TestCase(2, 20, 4, "The curve measures search.")]
    [TestCase(8, 20, 4, "mix of search and surprise: success at iteration 1 is above 0.15.")]
    [TestCase(2, 8, 4, "surprise: the end is less than 0.10 above random strings.")]
    public void TheVerdictFollowsItsTwoNumbers(int first, int last, int random, string expected)
    {
        var verdict = new SearchVerdict(
            "336k",
            2,
            new(first, 50),
            new(last, 50),
            10,
            new(random, 50),
            100
        );
        Assert.That(verdict.Sentence("GCG"), Does.EndWith(expected));
    }

    [Test]
    public void WithoutARandomAttackThereIsNoVerdict()
    {
        var verdict = new SearchVerdict("1k", 1, new(0, 50), new(50, 50), 10, null, 0);
        Assert.That(verdict.MeasuresSearch, Is.False);
        Assert.That(verdict.Sentence("GCG"), Does.Contain("it cannot be said"));
    }

    /// <summary>Odds that are proportional to compute have slope 1, whatever the offset.</summary>
    [Test]
    public void ProportionalOddsHaveSlopeOne()
    {
        StudyReportData data = new SampleStudy
        {
            Seeds = 1,
            Sizes = 1,
            Learned = 1,
        }.Build();
        AttackCurve template = data.Curves[0];
        AttackCurve[] curves =
        [
            Curve(template, 2, (1, 1)),
            Curve(template, 3, (2, 2)),
            Curve(template, 5, (4, 4), (7, 0), (8, 5)),
        ];
        var group = new AttackGroup(data.Study.Tasks[0], "GCG", AttackRole.Search, curves);
        var slopes = AttackSlopes.Of(group, data.Ladder);
        Assert.That(slopes.Scaling.Sizes, Has.Count.EqualTo(1), "rates of 0 and 1 are no points");
        Assert.That(slopes.Scaling.Sizes[0].Fit.Count, Is.EqualTo(3));
        Assert.That(slopes.Scaling.Sizes[0].Fit.Slope, Is.EqualTo(1).Within(1e-9));
        Assert.That(slopes.Scaling.Sizes[0].Fit.R2, Is.EqualTo(1).Within(1e-9));
        Assert.That(slopes.Scaling.Trend.Slope, Is.Null, "one size has no slope of slopes");
    }

    [Test]
    public void ComputeIsAShareOfPretraining()
    {
        AttackCurve curve = new SampleStudy().Build().Curves[0];
        AttackCurve[] seeds =
        [
            curve with
            {
                FlopsPerIteration = new(100, 0, 0),
            },
            curve with
            {
                FlopsPerIteration = new(300, 0, 0),
            },
        ];
        Assert.That(AttackSlopes.ComputeShare(seeds, 5, 1e6), Is.EqualTo(1e-3).Within(1e-15));
    }

    private static AttackCurve Curve(
        AttackCurve template,
        int rows,
        params (int Iteration, int Broken)[] points
    ) =>
        template with
        {
            AttackedRowCount = rows,
            Points =
            [
                .. points.Select(p => new CurvePoint(
                    p.Iteration,
                    p.Broken,
                    p.Broken,
                    p.Broken,
                    0,
                    0,
                    0
                )),
            ],
        };
}

using NUnit.Framework;
using Robustness.Reporting;

namespace Robustness.Tests.Reporting;

/// <summary>What the report concludes of adversarial training, on made-up studies.</summary>
public sealed class RoundsSectionTests
{
    [Test]
    public void ADefenceBeatsRoundZeroAndItsControl()
    {
        string text = Text(new SampleRounds());
        Assert.That(
            text,
            Does.Contain(
                "tiny, round 3, trained on GCG, attacked by GCG (suffix): of 80 rows attacked on "
                    + "both models, 63 were broken before training and 7 after (one-sided p 1.9e-9"
            )
        );
        Assert.That(text, Does.Contain("Success fell, and below the control's: 7 against 55"));
        Assert.That(text, Does.Contain("Adversarial training is a defence here."));
    }

    [Test]
    public void TrainingOnRandomTextMayDoAsMuch()
    {
        var same = new SampleRounds { Control = [0.8, 0.5, 0.3, 0.1] };
        Assert.That(
            Text(same),
            Does.Contain("Success fell, but not below the control's: 7 against 7")
        );
    }

    [Test]
    public void AClassifierThatLosesTheTaskIsNoDefence() =>
        Assert.That(
            Text(new SampleRounds { Accuracy = [0.95, 0.9, 0.8, 0.6] }),
            Does.Contain(
                "accuracy of 0.95 before and 0.60 after. Success fell, but the task was lost"
            )
        );

    [Test]
    public void NothingIsSaidOfSizesThatHadNotLearned()
    {
        string text = Text(new SampleRounds { Accuracy = [0.6, 0.9, 0.9, 0.9] });
        Assert.That(
            text,
            Does.Contain("tiny had not learned WordLength before adversarial training (median")
        );
        Assert.That(text, Does.Not.Contain("tiny, "));
    }

    [Test]
    public void SeedsThatHadNotLearnedAreLeftOutOfTheirSize()
    {
        RoundsData data = new SampleRounds().Build();
        int left = data.Evaluations.Max(e => e.Seed);
        RoundsData half = data with
        {
            Evaluations =
            [
                .. data.Evaluations.Select(e =>
                    e.Seed == left && e.Round == 0 ? e with { Clean = new Share(87, 100) } : e
                ),
            ],
        };
        int[] seeds = [.. data.Evaluations.Select(e => e.Seed).Distinct()];
        foreach (var (all, learned) in RoundComparison.Of(data).Zip(RoundComparison.Of(half)))
        {
            Assert.That(all.AgainstStart!.SeedCount, Is.EqualTo(seeds.Length));
            Assert.That(learned.AgainstStart!.SeedCount, Is.EqualTo(seeds.Length - 1));
            Assert.That(learned.AgainstStart.PairCount, Is.LessThan(all.AgainstStart.PairCount));
        }
        Assert.That(
            SearchOrSurprise.Of(half).SelectMany(s => s.Rounds).Select(r => r.SeedCount),
            Is.All.EqualTo(seeds.Length - 1)
        );
    }

    [Test]
    public void SizesThatHadNotLearnedAreNoPointOfAnyFigure()
    {
        RoundsData data = new SampleRounds().Build();
        long lost = data.Evaluations[0].Parameters;
        RoundEvaluation[] evaluations =
        [
            .. data.Evaluations.Select(e =>
                e.Parameters == lost ? e with { Clean = new Share(60, 100) } : e
            ),
        ];
        string before = Csv(data);
        string after = Csv(data with { Evaluations = evaluations });

        Assert.That(before, Does.Contain(",tiny,").And.Contain(",little,"));
        Assert.That(after, Does.Not.Contain(",tiny,").And.Contain(",little,"));
        Assert.That(
            new RoundsSection(new SampleRounds { Accuracy = [0.6, 1, 1, 1] }.Build()).Figures,
            Is.Empty
        );
    }

    [Test]
    public void ASizeHasTheColourOfItsRankInTheLadder()
    {
        RoundsData data = new SampleRounds().Build() with
        {
            Ladder = ["mini", "tiny", "little", "middling", "large"],
        };
        foreach (Figure figure in new RoundsSection(data).Figures)
        {
            foreach (FigureSeries series in figure.Panels.SelectMany(p => p.Series))
            {
                string size = series.Detail.Length > 0 ? series.Detail : series.Label;
                int rank = Array.IndexOf([.. data.Ladder], size);
                if (rank >= 0)
                {
                    Assert.That(series.Colour, Is.EqualTo(SeriesColour.Size(rank, 5)), size);
                }
            }
        }
    }

    [Test]
    public void WithoutAControlTheCauseIsOpen() =>
        Assert.That(
            Text(new SampleRounds { Control = null }),
            Does.Contain("without a control arm at this size it cannot be told")
        );

    [Test]
    public void SuccessThatDoesNotFallIsSaidSo() =>
        Assert.That(
            Text(new SampleRounds { Search = [0.5, 0.5, 0.5, 0.5] }),
            Does.Contain("Training did not lower success beyond chance.")
        );

    [TestCase(0.05, 0.05, "training removed the search's gain, not a surprise")]
    [TestCase(0.80, 0.10, "training removed the surprise at inserted text, not the search's gain")]
    [TestCase(0.40, 0.10, "is the search's gain and 0.30 the surprise at inserted text")]
    public void TheFallIsSearchOrSurprise(double before, double after, string finding)
    {
        var rounds = new SampleRounds { Random = [before, 0.1, 0.1, after] };
        Assert.That(Text(rounds), Does.Contain(finding));
    }

    [TestCase(0.05, "3 of 3 rounds reach a success of 5%; 2 seeds")]
    [TestCase(0.20, "2 of 3 rounds reach a success of 20%, too few for a line (at least 3)")]
    [TestCase(0.96, "0 of 3 rounds reach a success of 96%: the attack never gets there")]
    public void TheBalanceIsFoundOrItIsSaidWhyNot(double target, string finding) =>
        Assert.That(Text(new SampleRounds { Target = target }), Does.Contain(finding));

    [Test]
    public void EveryFigureIsThereUnderBothRules()
    {
        var section = new RoundsSection(new SampleRounds().Build());
        Assert.That(
            section.Figures.Select(f => f.Stem),
            Is.EqualTo([
                "adv_training",
                "adv_training_transfer",
                "post_adv_training",
                "asr_adv_training",
                "offense_defense",
                "adv_training-executed",
                "adv_training_transfer-executed",
                "asr_adv_training-executed",
                "offense_defense-executed",
            ])
        );
        foreach (Figure figure in section.Figures)
        {
            Assert.That(FigureCsv.Text(figure), Does.Not.Contain("NaN"), figure.Stem);
        }
    }

    [Test]
    public void TheControlIsDashedBesideItsOwnGroupOnly()
    {
        var section = new RoundsSection(new SampleRounds().Build());
        Figure trained = section.Figures.First(f => f.Stem == "adv_training");
        FigurePanel panel = trained.Panels.Single();
        FigureSeries[] control = [.. panel.Series.Where(s => s.Dashed)];
        Assert.That(control.Select(s => s.Detail), Is.EqualTo(["tiny", "little", "middling"]));
        Assert.That(panel.Series, Has.Count.EqualTo(6));
        Figure transfer = section.Figures.First(f => f.Stem == "adv_training_transfer");
        Assert.That(
            transfer.Panels.Select(p => p.Title),
            Is.EqualTo([
                "WordLength, ladder: GCG → GCG prefix, iteration 10",
                "WordLength, ladder: GCG → RandomToken suffix, iteration 10",
            ])
        );
    }

    [Test]
    public void AStudyWithoutRoundsHasNoSuchSection()
    {
        StudyReportData data = new SampleStudy().Build();
        Assert.That(StudyReport.Page(data), Does.Not.Contain("id=\"adversarial-training\""));
        Assert.That(
            StudyReport.Page(data with { Rounds = new SampleRounds().Build() }),
            Does.Contain("id=\"adversarial-training\"").And.Contain("id=\"offense-defense\"")
        );
    }

    [Test]
    public void TheSummaryCountsTheSizesThatAreDefended()
    {
        Assert.That(
            new RoundsSection(new SampleRounds().Build()).Headlines,
            Does.Contain(
                "WordLength: training on GCG lowered the success of GCG (suffix) beyond chance at "
                    + "3 of 3 learned sizes; it beat the control arm at 3 of the 3 sizes that have "
                    + "one."
            )
        );
        Assert.That(
            new RoundsSection(new SampleRounds().Build()).Headlines,
            Does.Contain(
                "WordLength: of the success of GCG (suffix), training on GCG removed the search's "
                    + "gain, not a surprise, at tiny, little and middling."
            )
        );
        var one = new SampleRounds { Random = [0.8, 0.5, 0.3, 0.1] };
        Assert.That(
            new RoundsSection(one.Build()).Headlines,
            Does.Contain(
                "WordLength: of the success of GCG (suffix), training on GCG removed the surprise "
                    + "at inserted text, not the search's gain, at tiny, little and middling."
            )
        );
        var flat = new SampleRounds { Search = [0.5, 0.5, 0.5, 0.5], Control = null };
        Assert.That(
            new RoundsSection(flat.Build()).Headlines,
            Does.Contain(
                "WordLength: training on GCG lowered the success of GCG (suffix) beyond chance at "
                    + "0 of 3 learned sizes (not at tiny, little and middling); no control arm ran."
            )
        );
    }

    /// <summary>Every sentence of a made-up study.</summary>
    [Test]
    public void SentencesEqualTheirGoldenFile() =>
        GoldenFile.Check("rounds.txt", Text(new SampleRounds()) + "\n");

    /// <summary>Small probabilities keep two digits, tiny ones a bound.</summary>
    [TestCase(0.25, "0.25")]
    [TestCase(0.0004, "4.0e-4")]
    [TestCase(1e-12, "< 1e-9")]
    public void ProbabilitiesAreShort(double p, string text) =>
        Assert.That(RoundComparison.P(p), Is.EqualTo(text));

    private static string Csv(RoundsData data) =>
        string.Concat(new RoundsSection(data).Figures.Select(FigureCsv.Text));

    private static string Text(SampleRounds rounds) =>
        string.Join(
            '\n',
            new RoundsSection(rounds.Build())
                .Build("figures")
                .SelectMany(s => s.Content)
                .SelectMany(e => e.DescendantsAndSelf("li"))
                .Where(e => e.Parent?.Attribute("class") is null)
                .Select(e => e.Value)
        );
}

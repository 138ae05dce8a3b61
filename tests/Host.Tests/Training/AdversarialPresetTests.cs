using NUnit.Framework;
using Robustness.Attacks;
using Robustness.Training;

namespace Robustness.Tests.Training;

/// <summary>The presets hold the values of section 4.1, and give the mixture of 4.3.</summary>
[TestFixture]
public sealed class AdversarialPresetTests
{
    private static readonly string[] s_sizes =
    [
        "14m",
        "31m",
        "70m",
        "160m",
        "410m",
        "1b",
        "1.4b",
        "2.8b",
        "6.9b",
        "12b",
    ];

    [Test]
    public void PythiaRoundsAreThePapers()
    {
        var preset = AdversarialPresets.PaperPythia;

        Assert.That(
            s_sizes.Select(s => preset.RoundsOf(AttackKind.Gcg)[s]),
            Is.EqualTo([60, 60, 60, 59, 21, 8, 6, 5, 5, 5])
        );
        Assert.That(
            s_sizes.Select(s => preset.RoundsOf(AttackKind.RandomToken)[s]),
            Is.EqualTo([250, 250, 163, 59, 21, 8, 6, 5, 5, 5])
        );
        Assert.That(preset.Settings.Reading, Is.EqualTo(ScheduleReading.RoundsPlusOne));
    }

    [Test]
    public void QwenRoundsAreThePapers()
    {
        var preset = AdversarialPresets.PaperQwen;

        Assert.That(preset.GcgRounds["0.5B"], Is.EqualTo(22));
        Assert.That(preset.GcgRounds["7B"], Is.EqualTo(10));
        Assert.That(preset.Settings.Reading, Is.EqualTo(ScheduleReading.Rounds));
    }

    [Test]
    public void BothHaveThePapersValues()
    {
        AdversarialPreset[] presets =
        [
            AdversarialPresets.PaperPythia,
            AdversarialPresets.PaperQwen,
        ];
        foreach (var preset in presets)
        {
            var s = preset.Settings;
            Assert.That(
                (s.ExamplesPerRound, s.MostAdversarialShare, s.MostRows),
                Is.EqualTo((200, 0.8, 1000))
            );
            Assert.That(
                (s.LossRankWeight, s.SamplingDecay, s.LossRank),
                Is.EqualTo((0.5, 0.005, LossRankRule.Correct))
            );
            Assert.That(s.Iterations, Is.EqualTo(new IterationSchedule(8, 64)));
            Assert.That(
                preset.RandomTokenIterations,
                Is.EqualTo(new IterationSchedule(1024, 2048))
            );
            Assert.That((s.EpochCount, s.BatchSize), Is.EqualTo((1, 8)));
            Assert.That(
                (s.Optimizer.Kind, s.Optimizer.LearningRate, s.Optimizer.Schedule),
                Is.EqualTo((OptimizerKind.Adafactor, 1e-5, ScheduleKind.Constant))
            );
            Assert.That(
                (s.Attack.TokenCount, s.Attack.CandidateCount, s.Attack.TopK, s.Attack.Position),
                Is.EqualTo((10, 128, 256, InsertionPosition.Suffix))
            );
        }
    }

    [Test]
    public void TheMixtureIsThatOfThePaper()
    {
        var settings = AdversarialPresets.PaperPythia.Settings;
        var counts = Enumerable
            .Range(1, 6)
            .Select(r => settings.MixtureOf(r, 20000))
            .Select(m => (m.AdversarialCount, m.CleanCount));

        Assert.That(
            counts,
            Is.EqualTo([(200, 800), (400, 600), (600, 400), (800, 200), (800, 200), (800, 200)])
        );
        Assert.That(settings.StepsPerEpoch(1, 20000), Is.EqualTo(125));
    }

    [TestCase(50, 10, 1000, 0.8, 50, 10)]
    [TestCase(50, 10, 30, 0.5, 20, 10)]
    [TestCase(10, 500, 100, 0.5, 10, 50)]
    [TestCase(100, 100, 100, 0.0, 100, 0)]
    [TestCase(100, 100, 100, 1.0, 0, 100)]
    public void TheMixtureNeverAsksForMoreThanThereIs(
        int clean,
        int pool,
        int most,
        double share,
        int wantedClean,
        int wantedAdversarial
    ) =>
        Assert.That(
            RoundMixture.Of(clean, pool, most, share),
            Is.EqualTo(new RoundMixture(wantedClean, wantedAdversarial))
        );
}

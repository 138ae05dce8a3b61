using NUnit.Framework;
using Robustness.Models;
using Robustness.Training;

namespace Robustness.Tests.Training;

/// <summary>The loop: the same bits however it is run, interrupted and gone on with.</summary>
[TestFixture]
public sealed class AdversarialTrainingTests
{
    private static readonly AdversarialTrainingSettings s_settings = AdversarialFixture.Settings;

    [Test]
    public void ThreadsChangeNoBit([Values] Precision precision)
    {
        using var one = new TemporaryFolder();
        using var two = new TemporaryFolder();

        var first = AdversarialFixture.Run(
            s_settings,
            AdversarialFixture.Context(one),
            1,
            precision
        );
        var second = AdversarialFixture.Run(
            s_settings,
            AdversarialFixture.Context(two),
            2,
            precision
        );

        Assert.That(AdversarialFixture.Models(two), Is.EqualTo(AdversarialFixture.Models(one)));
        Assert.That(Text(second.Pool), Is.EqualTo(Text(first.Pool)));
        Assert.That(second.Outcome.Rounds, Is.EqualTo(first.Outcome.Rounds));
    }

    // Stops fall between groups of examples, in the epoch and between rounds.
    [Test]
    public void StoppedAnywhereItEndsWithTheSameBits([Values] Precision precision)
    {
        using var quiet = new TemporaryFolder();
        using var stopped = new TemporaryFolder();
        var settings = s_settings with { BatchSize = 60 };
        var whole = AdversarialFixture.Run(
            settings,
            AdversarialFixture.Context(quiet),
            precision: precision
        );
        int stops = 0;
        (AdversarialOutcome Outcome, AdversarialPool Pool)? resumed = null;
        while (resumed is null && stops < 100)
        {
            using var source = new CancellationTokenSource();
            int callsLeft = 1 + (stops % 2);
            var context = AdversarialFixture.Context(
                stopped,
                _ =>
                {
                    if (callsLeft-- == 0)
                    {
                        source.Cancel();
                    }
                },
                cancellation: source.Token
            );
            try
            {
                resumed = AdversarialFixture.Run(settings, context, precision: precision);
            }
            catch (OperationCanceledException)
            {
                stops++;
            }
        }

        Assert.That(stops, Is.InRange(4, 99));
        Assert.That(
            AdversarialFixture.Models(stopped),
            Is.EqualTo(AdversarialFixture.Models(quiet))
        );
        Assert.That(Text(resumed!.Value.Pool), Is.EqualTo(Text(whole.Pool)));
        Assert.That(resumed.Value.Outcome.Rounds, Is.EqualTo(whole.Outcome.Rounds));
    }

    [Test]
    public void EveryRoundGrowsThePoolAndNotesLosses()
    {
        using var folder = new TemporaryFolder();

        var (outcome, pool) = AdversarialFixture.Run(
            s_settings,
            AdversarialFixture.Context(folder)
        );

        Assert.That(outcome.Rounds.Select(r => r.PoolSize), Is.EqualTo([36, 72, 108]));
        Assert.That(outcome.Rounds.Select(r => r.AttackIterations), Is.EqualTo([1, 1, 2]));
        Assert.That(outcome.Rounds.Select(r => r.AdversarialRows), Is.EqualTo([36, 48, 48]));
        Assert.That(outcome.Rounds.Select(r => r.CleanRows), Is.EqualTo([24, 12, 12]));
        Assert.That(pool.Entries.Take(36).Count(e => e.LastLoss is null), Is.Zero);
        Assert.That(pool.Entries.Skip(72).Count(e => e.LastLoss is not null), Is.GreaterThan(0));
        Assert.That(pool.Entries.Select(e => e.Round).Distinct(), Is.EqualTo([1, 2, 3]));
    }

    [Test]
    public void TheControlArmTrainsOnRandomTextOfTheAttacksLength()
    {
        using var folder = new TemporaryFolder();
        var settings = s_settings with { Control = true };

        var (outcome, pool) = AdversarialFixture.Run(settings, AdversarialFixture.Context(folder));

        int[] added = [.. pool.Entries.Select(e => e.AttackedText.Length - e.CleanText.Length)];
        Assert.That(added, Has.All.EqualTo(settings.Attack.TokenCount));
        Assert.That(outcome.Rounds.Select(r => r.AttackIterations), Is.EqualTo([0, 0, 0]));
        Assert.That(outcome.Rounds.Select(r => r.AdversarialRows), Is.EqualTo([36, 48, 48]));
    }

    [Test]
    public void OnlyEveryKthRoundAndTheLastAreKept()
    {
        using var folder = new TemporaryFolder();
        var settings = s_settings with { KeepEvery = 2 };

        AdversarialFixture.Run(settings, AdversarialFixture.Context(folder));

        var kept = Directory.EnumerateDirectories(folder.Of("rounds")).Select(Path.GetFileName);
        Assert.That(kept.Order(), Is.EqualTo(["0002", "0003"]));
    }

    [Test]
    public void ItStopsAtAFlopBudget()
    {
        using var folder = new TemporaryFolder();
        var settings = s_settings with { StoppingFlops = 1 };

        var (outcome, _) = AdversarialFixture.Run(settings, AdversarialFixture.Context(folder));

        Assert.That(outcome.Rounds, Has.Count.EqualTo(1));
        Assert.That(outcome.StoppedEarly, Is.EqualTo("flops"));
    }

    [Test]
    public void ItStopsAtASuccessRate()
    {
        using var folder = new TemporaryFolder();
        var settings = s_settings with { StoppingSuccessRate = 1 };

        var (outcome, _) = AdversarialFixture.Run(settings, AdversarialFixture.Context(folder));

        Assert.That(outcome.Rounds[^1].SuccessRate(), Is.LessThan(1));
        Assert.That(outcome.StoppedEarly, Is.EqualTo("success_rate"));
    }

    private static string Text(AdversarialPool pool) => AdversarialPool.ToText(pool.Entries);
}

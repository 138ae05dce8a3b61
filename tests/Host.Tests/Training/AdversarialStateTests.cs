using NUnit.Framework;
using Robustness.Training;

namespace Robustness.Tests.Training;

/// <summary>States that cannot be gone on from are refused, with what is wrong.</summary>
[TestFixture]
public sealed class AdversarialStateTests
{
    private static readonly AdversarialTrainingSettings s_settings = AdversarialFixture.Settings;

    [Test]
    public void APoolFileEditedByHandIsFound()
    {
        using var folder = new TemporaryFolder();
        StopAfterTheFirstRound(folder);
        string path = folder.Of("state/0001.pool.jsonl");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"label\":1", "\"label\":0"));

        Assert.That(
            () => AdversarialTraining.CheckState(folder.Of("state")),
            Throws
                .TypeOf<InvalidDataException>()
                .With.Message.Contains("0001.pool.jsonl: found SHA-256")
        );
        Assert.That(
            () => AdversarialFixture.Run(s_settings, AdversarialFixture.Context(folder)),
            Throws.TypeOf<InvalidDataException>()
        );
    }

    [Test]
    public void AStateOfAnotherRunIsRefused()
    {
        using var folder = new TemporaryFolder();
        StopAfterTheFirstRound(folder);

        Assert.That(
            () =>
                AdversarialFixture.Run(
                    s_settings,
                    AdversarialFixture.Context(folder, scope: "abcd")
                ),
            Throws
                .TypeOf<InvalidDataException>()
                .With.Message.Contains("found the state of run 00ff; allowed: abcd")
        );
    }

    [Test]
    public void AnUntouchedStateIsAccepted()
    {
        using var folder = new TemporaryFolder();
        StopAfterTheFirstRound(folder);

        Assert.That(() => AdversarialTraining.CheckState(folder.Of("state")), Throws.Nothing);
        Assert.That(AdversarialTraining.RoundsIn(folder.Of("state")), Is.EqualTo(1));
        Assert.That(AdversarialTraining.RoundsIn(folder.Of("nowhere")), Is.Null);
    }

    [Test]
    public void ThePoolFileIsReadableLineByLine()
    {
        using var folder = new TemporaryFolder();
        var (_, pool) = AdversarialFixture.Run(
            s_settings with
            {
                RoundCount = 1,
                Iterations = IterationSchedule.Constant(1),
            },
            AdversarialFixture.Context(folder)
        );
        string text = AdversarialPool.ToText(pool.Entries);

        Assert.That(AdversarialPool.Parse("pool.jsonl", text), Is.EqualTo(pool.Entries));
        Assert.That(
            text.Split('\n')[0],
            Does.StartWith("{\"round\":1,\"row\":").And.Contains("\"clean_text\":\"Same?\\n")
        );
        Assert.That(
            () => AdversarialPool.Parse("pool.jsonl", text + "{}"),
            Throws
                .TypeOf<InvalidDataException>()
                .With.Message.Contains("pool.jsonl, line 37: found no example")
        );
    }

    private static void StopAfterTheFirstRound(TemporaryFolder folder)
    {
        using var source = new CancellationTokenSource();
        var context = AdversarialFixture.Context(
            folder,
            p =>
            {
                if (p.Ended is not null)
                {
                    source.Cancel();
                }
            },
            cancellation: source.Token
        );
        Assert.That(
            () => AdversarialFixture.Run(s_settings, context),
            Throws.InstanceOf<OperationCanceledException>()
        );
    }
}

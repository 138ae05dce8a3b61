using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using NUnit.Framework;
using Robustness.Backends.Cpu;
using Robustness.Compute;
using Robustness.Results;
using Robustness.Study;

namespace Robustness.Tests.Study;

/// <summary>
/// Every stage once, after its inputs; failures stay local; interruptions resume.
/// </summary>
[TestFixture]
public sealed class SchedulerTests
{
    [TestCase(1)]
    [TestCase(3)]
    public void EveryStageRunsOnceAfterItsInputs(int workers)
    {
        using var folder = new TemporaryFolder();
        var plan = Plan();
        var runner = new RecordingRunner(Store(folder, plan), _ => false);

        var outcome = Run(plan, runner, workers);

        Assert.That(outcome.Failures, Is.Empty);
        Assert.That(outcome.FinishedCount, Is.EqualTo(plan.Stages.Count));
        Assert.That(runner.Order, Is.EquivalentTo(plan.Stages.Select(s => s.Key)));
        Assert.That(Run(plan, runner, workers).FinishedCount, Is.EqualTo(plan.Stages.Count));
        Assert.That(runner.Order, Has.Count.EqualTo(plan.Stages.Count), "nothing ran twice");
    }

    [Test]
    public void AFailureLeavesOutOnlyWhatNeedsIt()
    {
        using var folder = new TemporaryFolder();
        var plan = Plan();
        var failing = plan.Stages.First(s => s.Name == StageNames.FineTuning);
        var store = Store(folder, plan);
        var runner = new RecordingRunner(store, s => s.Key == failing.Key);

        var outcome = Run(plan, runner, 2);

        int dependents = plan.Stages.Count(s => s.Inputs.Contains(failing.Key));
        Assert.That(outcome.Failures, Has.Count.EqualTo(1));
        Assert.That(outcome.Failures[0], Does.EndWith("it diverged"));
        Assert.That(outcome.SkippedCount, Is.EqualTo(dependents));
        Assert.That(outcome.FinishedCount, Is.EqualTo(plan.Stages.Count - 1 - dependents));
        Assert.That(store.FailureOf(failing.Key), Is.EqualTo("it diverged"));
    }

    [TestCase(1)]
    [TestCase(3)]
    public void AFullDiskStopsAllAndIsSaidOnce(int workers)
    {
        using var folder = new TemporaryFolder();
        var plan = Plan();
        var runner = new RecordingRunner(
            Store(folder, plan),
            s =>
                s.Name == StageNames.FineTuning
                    ? throw new IOException("No space left on device")
                    : false
        );

        var outcome = Run(plan, runner, workers);

        Assert.That(outcome.StorageFailure, Does.EndWith(": No space left on device"));
        Assert.That(outcome.Failures, Is.Empty);
        Assert.That(outcome.FinishedCount, Is.LessThan(plan.Stages.Count));
        var free = new RecordingRunner(runner.Store, _ => false);
        Assert.That(Run(plan, free, workers).FinishedCount, Is.EqualTo(plan.Stages.Count));
    }

    [Test]
    public void AnInterruptedStudyGoesOn()
    {
        using var folder = new TemporaryFolder();
        var plan = Plan();
        var store = Store(folder, plan);
        using var source = new CancellationTokenSource();
        var first = new RecordingRunner(
            store,
            _ =>
            {
                source.Cancel();
                return false;
            }
        );

        Assert.That(
            () => Run(plan, first, 1, source.Token),
            Throws.InstanceOf<OperationCanceledException>()
        );
        var second = new RecordingRunner(store, _ => false);
        Run(plan, second, 1);

        Assert.That(first.Order, Has.Count.EqualTo(1));
        Assert.That(second.Order, Has.Count.EqualTo(plan.Stages.Count - 1));
    }

    private static StudyOutcome Run(
        StudyPlan plan,
        RecordingRunner runner,
        int workers,
        CancellationToken cancellation = default
    ) =>
        new Scheduler(
            runner.Store,
            runner,
            () => new CpuBackend(1, VectorWidth.Chosen()),
            new Silence(),
            TimeProvider.System
        ).Run(plan.Stages, workers, cancellation);

    private static ResultStore Store(TemporaryFolder folder, StudyPlan plan) =>
        ResultStore.OpenOrCreate(folder.Of("s"), plan.Describe());

    private static StudyPlan Plan() =>
        StudyPlan.Create(
            StudyFile.Parse(
                "s.yaml",
                """
                name: tiny
                seeds: [0, 1]
                sizes:
                  - { name: a, width: 16, layers: 1, heads: 1 }
                  - { name: b, width: 32, layers: 1, heads: 1 }
                tasks: [{ name: word-length, instructions: short }]
                attacks: [{ name: random_token }, { name: gcg }]
                """,
                ""
            )
        );

    private sealed class RecordingRunner(ResultStore store, Func<Stage, bool> fails) : IStageRunner
    {
        public ResultStore Store => store;

        public ConcurrentQueue<RunKey> Order { get; } = [];

        public RunRecord Run(
            IBackend backend,
            Stage stage,
            Action<StageProgress> progress,
            CancellationToken cancellation
        )
        {
            if (stage.Inputs.Any(k => store.Find(k, out _) is null))
            {
                throw new InvalidOperationException("An input is not done.");
            }
            if (fails(stage))
            {
                throw new InvalidOperationException("it diverged");
            }
            Order.Enqueue(stage.Key);
            var record = new RunRecord
            {
                Stage = StageNames.Pretraining,
                Key = stage.Key,
                Settings = stage.Settings,
                Inputs = stage.Inputs,
                Outcome = new JsonObject { ["final_loss"] = 1.0 },
                Files = new Dictionary<string, string>(),
                Environment = new RunEnvironment("0", "none", 0),
            };
            store.Commit(record);
            return record;
        }
    }
}

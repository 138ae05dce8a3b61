using System.Globalization;
using Robustness.Compute;
using Robustness.Results;
using Robustness.Study;

namespace Robustness.Cli;

/// <summary>One <c>study run</c>: opens the store, runs what it lacks, writes the tables.</summary>
internal sealed class StudyRun(Terminal terminal, StudyConfig config)
{
    public required string Folder { get; init; }

    public required int WorkerCount { get; init; }

    public required Func<IBackend> CreateBackend { get; init; }

    public required AttackCaches Caches { get; init; }

    /// <summary>Runs this part of the study only; null: all of it.</summary>
    public StudyShard? Shard { get; init; }

    public int Run()
    {
        var plan = StudyPlan.Create(config);
        var stages = Shard?.Select(plan.Stages) ?? plan.Stages;
        var store = OpenStore(plan, out var held);
        using var _ = held;
        var time = TimeProvider.System;
        StudyOutcome outcome;
        using (var progress = StudyProgress.Create(terminal, time))
        {
            var runner = new StageRunner(store, Caches, ProgramVersion.Text, time)
            {
                Holder = held.Holder,
            };
            runner.CheckPools(plan.Stages);
            outcome = new Scheduler(store, runner, CreateBackend, progress, time).Run(
                stages,
                WorkerCount,
                terminal.Cancellation
            );
        }
        if (outcome.StorageFailure is { } failure)
        {
            terminal.Error(
                $"{Folder}: the results cannot be written: {failure} Make room or make it "
                    + "writable; then the same command goes on."
            );
            return 1;
        }
        // Of shards that end together the last to commit sees all, so one at least writes.
        if (Shard is null || IsComplete(store, plan.Stages.Count))
        {
            using var turn = Shard is null ? null : StoreLock.WaitForOutputs(Folder);
            StudyOutputs.Write(store, terminal);
        }
        return Tell(outcome);
    }

    private bool IsComplete(ResultStore store, int stageCount)
    {
        int done = StudyResults.Read(store).Finished.Count();
        if (done < stageCount)
        {
            terminal.Say(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Folder} holds {done} of the study's {stageCount} stages; tables and report "
                        + $"come with the last shard."
                )
            );
        }
        return done == stageCount;
    }

    private int Tell(StudyOutcome outcome)
    {
        foreach (string failure in outcome.Failures)
        {
            terminal.Error(failure);
        }
        if (outcome.Failures.Count == 0)
        {
            return 0;
        }
        terminal.Say(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{outcome.FinishedCount} of {outcome.StageCount} stages are done, "
                    + $"{outcome.Failures.Count} failed, {outcome.SkippedCount} wait for those."
            )
        );
        return 1;
    }

    // What cannot be written is found here, before any work.
    private ResultStore OpenStore(StudyPlan plan, out StoreLock held)
    {
        try
        {
            Directory.CreateDirectory(Folder);
            var store = ResultStore.OpenOrCreate(Folder, plan.Describe());
            held =
                StoreLock.TryAcquire(Folder, Shard?.Name, out string holder)
                ?? throw new InputFaultException(
                    $"{Folder}: {holder} is running this study. Wait until it ends, or name "
                        + "another folder with --out."
                );
            StudyResults.WritePlan(store, plan.ToPlannedRuns());
            return store;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputFaultException($"{Folder}: the results cannot be written: {e.Message}");
        }
    }
}

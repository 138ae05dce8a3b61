using Robustness.Compute;
using Robustness.Results;

namespace Robustness.Study;

/// <summary>How a study ended.</summary>
/// <param name="StageCount">Stages in all.</param>
/// <param name="FinishedCount">In the store, from before or from this run.</param>
/// <param name="Failures">Label and reason of each stage that failed.</param>
/// <param name="SkippedCount">Stages left out because one they need failed.</param>
/// <param name="StorageFailure">Why nothing can be written any more, or null.</param>
public sealed record StudyOutcome(
    int StageCount,
    int FinishedCount,
    IReadOnlyList<string> Failures,
    int SkippedCount,
    string? StorageFailure
);

/// <summary>
/// Runs what a store lacks of a plan on some workers: threads, each with a backend of its own.
/// A stage is committed whole or not at all; a killed study goes on where it stopped.
/// </summary>
public sealed class Scheduler(
    ResultStore store,
    IStageRunner runner,
    Func<IBackend> createBackend,
    IStudyProgress progress,
    TimeProvider time
)
{
    private readonly Lock _gate = new();
    private readonly List<string> _failures = [];
    private int _finished;
    private int _skipped;
    private string? _storageFailure;

    /// <summary>
    /// Runs to the end, to the failure of all that is left, to the first write that fails (a full
    /// or read-only disk would fail every stage), or to cancellation.
    /// </summary>
    /// <exception cref="OperationCanceledException">Cancelled; the store is resumable.</exception>
    /// <param name="stages">A plan's, or a shard's of it: each after those it needs.</param>
    /// <param name="workerCount">Stages at a time.</param>
    /// <param name="cancellation">Stops all workers, resumable.</param>
    public StudyOutcome Run(
        IReadOnlyCollection<Stage> stages,
        int workerCount,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(stages);
        ArgumentOutOfRangeException.ThrowIfLessThan(workerCount, 1);
        var done = FindDone(stages);
        var queue = new ReadyQueue(stages, done);
        _finished = done.Count;
        double left = stages.Where(s => !done.Contains(s.Key)).Sum(s => s.Flops);
        progress.Begin(stages.Count, done.Count, left);

        using var changed = new SemaphoreSlim(0);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var workers = Enumerable
            .Range(0, queue.IsEmpty ? 0 : workerCount)
            .Select(i =>
            {
                var backend = createBackend();
                return new Thread(() => Work(queue, backend, changed, workerCount, stop))
                {
                    Name = $"worker {i}",
                    IsBackground = true,
                };
            })
            .ToList();
        workers.ForEach(w => w.Start());
        workers.ForEach(w => w.Join());
        cancellation.ThrowIfCancellationRequested();
        return new StudyOutcome(stages.Count, _finished, [.. _failures], _skipped, _storageFailure);
    }

    // An evaluation that is whole needs no models; yet every model is kept, so all are looked at.
    private HashSet<RunKey> FindDone(IReadOnlyCollection<Stage> stages)
    {
        var done = new HashSet<RunKey>();
        foreach (var stage in stages)
        {
            var record = store.Find(stage.Key, out string? notice);
            if (notice is not null)
            {
                progress.Notice(notice);
            }
            if (record is not null)
            {
                done.Add(stage.Key);
            }
        }
        return done;
    }

    private void Work(
        ReadyQueue queue,
        IBackend backend,
        SemaphoreSlim changed,
        int workerCount,
        CancellationTokenSource stop
    )
    {
        var cancellation = stop.Token;
        try
        {
            while (!cancellation.IsCancellationRequested)
            {
                Stage? stage;
                lock (_gate)
                {
                    if (queue.IsEmpty)
                    {
                        return;
                    }
                    stage = queue.Take();
                }
                if (stage is null)
                {
                    changed.Wait(cancellation);
                    continue;
                }
                RunOne(queue, backend, stage, stop);
                changed.Release(workerCount);
            }
        }
        catch (OperationCanceledException)
        {
            // Run says so once every worker has stopped.
        }
        finally
        {
            backend.Dispose();
            changed.Release(workerCount);
        }
    }

    private void RunOne(
        ReadyQueue queue,
        IBackend backend,
        Stage stage,
        CancellationTokenSource stop
    )
    {
        long begun = time.GetTimestamp();
        progress.Started(stage);
        try
        {
            var record = runner.Run(backend, stage, p => progress.Advanced(stage, p), stop.Token);
            string summary = StageSummary.Of(record);
            progress.Finished(stage, time.GetElapsedTime(begun).TotalSeconds, summary);
            lock (_gate)
            {
                _finished++;
                queue.Complete(stage.Key);
            }
        }
        catch (Exception e) when (IsStorageFailure(e))
        {
            lock (_gate)
            {
                _storageFailure ??= $"{stage.Name} {stage.Label}: {e.Message}";
            }
            stop.Cancel();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // One stage's failure must not end the others; it is told, noted and counted.
            progress.Failed(stage, e.Message);
            NoteFailure(stage, e.Message);
            lock (_gate)
            {
                _failures.Add($"{stage.Name} {stage.Label}: {e.Message}");
                _skipped += queue.Drop(stage.Key);
            }
        }
    }

    // A missing file is one stage's trouble; anything else with files will meet every stage.
    private static bool IsStorageFailure(Exception e) =>
        e is UnauthorizedAccessException
        || (e is IOException and not FileNotFoundException and not DirectoryNotFoundException);

    private void NoteFailure(Stage stage, string message)
    {
        try
        {
            store.NoteFailure(stage.Key, message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            progress.Notice($"The failure could not be noted in the store: {e.Message}");
        }
    }
}

using System.Globalization;
using Robustness.Study;

namespace Robustness.Cli;

/// <summary>Progress of a study: a live display for people, plain lines for files.</summary>
internal static class StudyProgress
{
    /// <summary>The one that fits the terminal.</summary>
    public static StudyProgressLines Create(Terminal terminal, TimeProvider time) =>
        terminal.IsInteractive
            ? new StudyProgressDisplay(terminal, time)
            : new StudyProgressLines(terminal, time);
}

/// <summary>A line when a stage ends or fails, and where the study is.</summary>
internal class StudyProgressLines(Terminal terminal, TimeProvider time)
    : IStudyProgress,
        IDisposable
{
    private readonly Lock _gate = new();
    private readonly long _begun = time.GetTimestamp();
    private int _stageCount;
    private int _done;
    private double _flopsLeft;
    private double _flopsDone;

    public void Begin(int stageCount, int doneCount, double flops)
    {
        _stageCount = stageCount;
        _done = doneCount;
        _flopsLeft = flops;
        Line(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{stageCount} stages, {doneCount} done before, about {flops / 1e9:0.#} GFLOP left"
            )
        );
    }

    public void Notice(string text) => Line(text);

    public virtual void Started(Stage stage) { }

    public virtual void Advanced(Stage stage, StageProgress progress)
    {
        ArgumentNullException.ThrowIfNull(stage);
        if (progress.Milestone)
        {
            Line($"{stage.Name} {stage.Label}: {progress.Detail}");
        }
    }

    public virtual void Finished(Stage stage, double seconds, string summary)
    {
        string line;
        lock (_gate)
        {
            _done++;
            _flopsDone += stage.Flops;
            line = string.Create(
                CultureInfo.InvariantCulture,
                $"[{_done}/{_stageCount}] {stage.Name} {stage.Label}: {summary} "
                    + $"({seconds:0.0} s{Left(0)})"
            );
        }
        Line(line);
    }

    public virtual void Failed(Stage stage, string reason) =>
        Line($"{stage.Name} {stage.Label} failed: {reason}");

    public virtual void Dispose() { }

    protected virtual void Line(string text)
    {
        lock (_gate)
        {
            terminal.Say(text);
        }
    }

    /// <summary>The study as a whole, in words and as a share of the work that was left.</summary>
    /// <param name="running">FLOPs done of the stages that are running.</param>
    protected (string Words, double Share) Whole(double running)
    {
        lock (_gate)
        {
            double share = _flopsLeft > 0 ? Math.Min(1, (_flopsDone + running) / _flopsLeft) : 1;
            string words = string.Create(
                CultureInfo.InvariantCulture,
                $"{_done}/{_stageCount} stages{Left(running)}"
            );
            return (words, share);
        }
    }

    // The study's own speed so far, over all workers.
    private string Left(double running)
    {
        double done = _flopsDone + running;
        double left = Math.Max(0, _flopsLeft - done);
        double seconds = time.GetElapsedTime(_begun).TotalSeconds * left / done;
        return left == 0 || done == 0 ? "" : $", about {Duration.Words(seconds)} left";
    }
}

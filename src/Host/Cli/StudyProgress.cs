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
                    + $"({seconds:0.0} s{Left()})"
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

    // The study's own speed so far, over all workers.
    private string Left()
    {
        double left = Math.Max(0, _flopsLeft - _flopsDone);
        double seconds = time.GetElapsedTime(_begun).TotalSeconds * left / _flopsDone;
        return left == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $", about {seconds:0} s left");
    }
}

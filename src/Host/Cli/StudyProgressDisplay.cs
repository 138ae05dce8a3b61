using System.Collections.Concurrent;
using Robustness.Results;
using Robustness.Study;
using Spectre.Console;

namespace Robustness.Cli;

/// <summary>
/// A live display on standard error: a bar per running stage, lines for ended ones.
/// </summary>
internal sealed class StudyProgressDisplay : StudyProgressLines
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<RunKey, (Stage Stage, StageProgress Progress)> _running =
    [];
    private readonly ConcurrentQueue<string> _lines = [];
    private readonly ManualResetEventSlim _ended = new();
    private readonly Thread _thread;

    public StudyProgressDisplay(Terminal terminal, TimeProvider time)
        : base(terminal, time)
    {
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Errors) }
        );
        _thread = new Thread(() => Show(console)) { IsBackground = true, Name = "progress" };
        _thread.Start();
    }

    public override void Started(Stage stage) => _running[stage.Key] = (stage, default);

    public override void Advanced(Stage stage, StageProgress progress)
    {
        base.Advanced(stage, progress);
        _running[stage.Key] = (stage, progress);
    }

    public override void Finished(Stage stage, double seconds, string summary)
    {
        _running.TryRemove(stage.Key, out _);
        base.Finished(stage, seconds, summary);
    }

    public override void Failed(Stage stage, string reason)
    {
        _running.TryRemove(stage.Key, out _);
        base.Failed(stage, reason);
    }

    public override void Dispose()
    {
        _ended.Set();
        _thread.Join();
        _ended.Dispose();
        base.Dispose();
    }

    protected override void Line(string text) => _lines.Enqueue(text);

    private void Show(IAnsiConsole console) =>
        console
            .Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn())
            .Start(context =>
            {
                var bars = new Dictionary<RunKey, ProgressTask>();
                bool last;
                do
                {
                    last = _ended.Wait(s_interval);
                    while (_lines.TryDequeue(out string? line))
                    {
                        console.WriteLine(line);
                    }
                    Update(context, bars);
                } while (!last);
            });

    private void Update(ProgressContext context, Dictionary<RunKey, ProgressTask> bars)
    {
        foreach (var key in bars.Keys.Where(k => !_running.ContainsKey(k)).ToList())
        {
            bars[key].StopTask();
            context.RemoveTask(bars[key]);
            bars.Remove(key);
        }
        foreach (var (key, (stage, progress)) in _running)
        {
            string text = Markup.Escape($"{stage.Name} {stage.Label} {progress.Detail}");
            if (!bars.TryGetValue(key, out var bar))
            {
                bar = bars[key] = context.AddTask(text, maxValue: 1);
            }
            bar.Description = text;
            bar.Value = progress.Share;
        }
    }
}

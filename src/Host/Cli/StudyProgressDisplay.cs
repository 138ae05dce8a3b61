using System.Collections.Concurrent;
using Robustness.Results;
using Robustness.Study;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Robustness.Cli;

/// <summary>
/// A live display on standard error: a bar per running stage, lines for ended ones.
/// </summary>
internal sealed class StudyProgressDisplay : StudyProgressLines
{
    // Columns of a bar, and at most of percentage, detail and gaps; the rest is the stage's name.
    private const int BarWidth = 12;
    private const int DetailWidth = 36;
    private const int LeastName = 20;

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
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn { Width = BarWidth },
                new PercentageColumn(),
                new DetailColumn()
            )
            .Start(context =>
            {
                var whole = context.AddTask("study", maxValue: 1);
                var bars = new Dictionary<RunKey, ProgressTask>();
                bool last;
                do
                {
                    last = _ended.Wait(s_interval);
                    while (_lines.TryDequeue(out string? line))
                    {
                        WriteOver(console, line);
                    }
                    Update(context, bars, console.Profile.Width);
                    double running = _running.Values.Sum(r => r.Stage.Flops * r.Progress.Share);
                    (string words, whole.Value) = Whole(running);
                    whole.State.Update<Detail>(DetailColumn.Field, _ => new Detail(words));
                } while (!last);
            });

    private void Update(
        ProgressContext context,
        Dictionary<RunKey, ProgressTask> bars,
        int consoleWidth
    )
    {
        foreach (var key in bars.Keys.Where(k => !_running.ContainsKey(k)).ToList())
        {
            bars[key].StopTask();
            context.RemoveTask(bars[key]);
            bars.Remove(key);
        }
        foreach (var (key, (stage, progress)) in _running)
        {
            if (!bars.TryGetValue(key, out var bar))
            {
                int room = Math.Max(LeastName, consoleWidth - BarWidth - DetailWidth);
                bar = bars[key] = context.AddTask(Markup.Escape(Name(stage, room)), maxValue: 1);
            }
            bar.State.Update<Detail>(DetailColumn.Field, _ => new Detail(progress.Detail));
            bar.Value = progress.Share;
        }
    }

    // Where there is little room the label alone says enough.
    private static string Name(Stage stage, int room)
    {
        string name = $"{stage.Name} {stage.Label}";
        string shown = name.Length <= room ? name : stage.Label;
        return shown.Length <= room ? shown : shown[..(room - 1)] + "\u2026";
    }

    // The line takes the place of the bars: each row of it covers all of theirs.
    private static void WriteOver(IAnsiConsole console, string line)
    {
        int width = console.Profile.Width - 1;
        while (line.Length > width)
        {
            int cut = Math.Max(0, line.LastIndexOf(' ', width));
            console.WriteLine(line[..(cut == 0 ? width : cut)].PadRight(width));
            line = line[(cut == 0 ? width : cut + 1)..];
        }
        console.WriteLine(line.PadRight(width));
    }

    // What the last column of a bar shows; null until it is told.
    private readonly record struct Detail(string? Words);

    /// <summary>Step or example, loss or success of a stage; time left of the study.</summary>
    private sealed class DetailColumn : ProgressColumn
    {
        public const string Field = "detail";

        protected override bool NoWrap => true;

        public override IRenderable Render(
            RenderOptions options,
            ProgressTask task,
            TimeSpan deltaTime
        ) => new Text(task.State.Get<Detail>(Field).Words ?? "");
    }
}

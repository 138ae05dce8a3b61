using System.Globalization;
using System.Text.Json.Nodes;
using Robustness.Compute;
using Robustness.Data;
using Robustness.Models;
using Robustness.Results;
using Robustness.Study;
using Robustness.Tokens;
using Robustness.Training;

namespace Robustness.Cli;

/// <summary>
/// Adversarial training of a fine-tuned classifier. Each kept round's model and the pool stay in
/// the model's folder, as in a study's run.
/// </summary>
internal sealed record AdversarialRequest(
    ModelFolder Base,
    TaskSettings Task,
    AdversarialTrainingSettings Training,
    long Seed
) : TrainingRequest
{
    private static readonly TimeSpan s_tellInterval = TimeSpan.FromSeconds(1);

    private IReadOnlyList<Example> _rows = [];

    /// <inheritdoc/>
    public override string Stage => StageNames.AdversarialTraining;

    /// <inheritdoc/>
    public override JsonObject Settings
    {
        get
        {
            var settings = StageSettings.AdversarialTraining(Base.Origin.Key, Training, Seed);
            bool same =
                Base.Origin.Task is { } trained
                && SettingDifference.Find(trained, TaskRecord).Count == 0;
            if (!same)
            {
                settings["task"] = TaskRecord; // else fine-tuning's key names it
            }
            return settings;
        }
    }

    /// <inheritdoc/>
    public override JsonObject TaskRecord => StageSettings.Task(Task);

    /// <inheritdoc/>
    public override Tokenizer Tokenizer => Base.Tokenizer;

    /// <inheritdoc/>
    public override Precision Precision => Base.Config.Precision;

    /// <inheritdoc/>
    public override long Seed { get; init; } = Seed;

    /// <inheritdoc/>
    public override void Prepare(Terminal terminal)
    {
        var data = TaskCatalog.Create(Task).Load(Base.Limit);
        terminal.Say(data.Report.Splits[0].ToString());
        _rows = data.Train;
        var faults = AdversarialOptions.Faults(Training, _rows.Count);
        if (faults.Count > 0)
        {
            throw new InputFaultException(faults);
        }
    }

    /// <inheritdoc/>
    public override (ModelParameters Model, JsonNode Outcome) Run(
        IBackend backend,
        TrainingContext context,
        Terminal terminal
    )
    {
        string state =
            context.StateFolder ?? throw new ArgumentException("It needs a state folder.");
        string folder = Path.GetDirectoryName(state)!;
        var rounds = new AdversarialContext(
            context.Seed,
            context.Scope,
            Path.Combine(folder, RoundFolders.FolderName),
            Path.Combine(state, RoundFolders.FolderName), // it removes what is not its own
            Progress(context.Time, terminal),
            context.Cancellation
        );
        return Train(
            Base.Load(backend),
            model =>
            {
                var (outcome, pool) = AdversarialTraining.Run(
                    backend,
                    model,
                    Tokenizer,
                    Training,
                    _rows,
                    rounds
                );
                AtomicFile.WriteText(
                    Path.Combine(folder, AdversarialTraining.PoolFile),
                    AdversarialPool.ToText(pool.Entries)
                );
                return JsonText.ToNode(outcome);
            }
        );
    }

    /// <inheritdoc/>
    public override string Describe(JsonNode outcome)
    {
        var done = JsonText.FromNode<AdversarialOutcome>(outcome);
        int pool = done.Rounds.Count == 0 ? 0 : done.Rounds[^1].PoolSize;
        string stopped = done.StoppedEarly is { } why ? $" (stopped early: {why})" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{done.Rounds.Count} rounds{stopped}, {done.Rounds.Sum(r => r.StepCount)} steps, "
                + $"pool {pool}, {(double)done.TotalFlops().Paper:0.00e0} FLOPs."
        );
    }

    // The end of every round, and what goes on between at most once a second.
    private static Action<AdversarialProgress> Progress(TimeProvider time, Terminal terminal)
    {
        long told = time.GetTimestamp();
        return p =>
        {
            if (p.Ended is not null || time.GetElapsedTime(told) > s_tellInterval)
            {
                told = time.GetTimestamp();
                terminal.Say(StageRunner.Told(p, null).Detail);
            }
        };
    }
}

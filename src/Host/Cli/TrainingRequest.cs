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
/// One training of one model. Its settings have the form of a study's stage, so equal settings give
/// the same key, the same streams and the same weights as in a study.
/// </summary>
internal abstract record TrainingRequest
{
    /// <summary>One of <see cref="StageNames"/>.</summary>
    public abstract string Stage { get; }

    /// <summary>What the key is the hash of.</summary>
    public abstract JsonObject Settings { get; }

    /// <summary>Of all random streams.</summary>
    public abstract long Seed { get; init; }

    /// <summary>Of the model.</summary>
    public abstract Tokenizer Tokenizer { get; }

    /// <summary>Of the model.</summary>
    public abstract Precision Precision { get; }

    /// <summary>The task, where the settings only tell it by the key of fine-tuning.</summary>
    public virtual JsonObject? TaskRecord => null;

    /// <summary>Reads what the training needs; tells what became of the data.</summary>
    public abstract void Prepare(Terminal terminal);

    /// <summary>Trains; the caller disposes the model.</summary>
    public abstract (ModelParameters Model, JsonNode Outcome) Run(
        IBackend backend,
        TrainingContext context,
        Terminal terminal
    );

    /// <summary>Trains a model and hands it on; a training that fails disposes it.</summary>
    protected static (ModelParameters Model, JsonNode Outcome) Train(
        ModelParameters model,
        Func<ModelParameters, JsonNode> train
    )
    {
        ArgumentNullException.ThrowIfNull(train);
        try
        {
            return (model, train(model));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>An outcome in words.</summary>
    public virtual string Describe(JsonNode outcome)
    {
        var done = JsonText.FromNode<TrainingOutcome>(outcome);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{done.StepCount} steps, {done.TokenCount} tokens, loss "
                + $"{done.FinalLoss:0.000} over the last tenth."
        );
    }
}

/// <summary>Training of a fresh model on text.</summary>
internal sealed record PretrainingRequest(SizeConfig Size, PretrainingConfig Config, long Seed)
    : TrainingRequest
{
    private Tokenizer? _tokenizer;

    /// <inheritdoc/>
    public override string Stage => StageNames.Pretraining;

    /// <inheritdoc/>
    public override JsonObject Settings => StageSettings.Pretraining(Size, Config, Seed);

    /// <inheritdoc/>
    public override Tokenizer Tokenizer =>
        _tokenizer ?? throw new InvalidOperationException("Prepare comes first.");

    /// <inheritdoc/>
    public override Precision Precision => Size.Model.Precision;

    /// <inheritdoc/>
    public override long Seed { get; init; } = Seed;

    /// <inheritdoc/>
    public override string Describe(JsonNode outcome) =>
        base.Describe(outcome)
        + JsonText.FromNode<TrainingOutcome>(outcome).GatePassed switch
        {
            true => " The probes were passed.",
            false => " The probes were not passed before the cap.",
            null => "",
        };

    /// <inheritdoc/>
    public override void Prepare(Terminal terminal)
    {
        terminal.Say($"text: {Config.TextPath ?? "generated"}");
        _tokenizer = new StudyTokenizers().For(Size.Tokenizer, Config);
        PretrainingText.Check(Config, Config.Settings.WindowLength, _tokenizer);
    }

    /// <inheritdoc/>
    public override (ModelParameters Model, JsonNode Outcome) Run(
        IBackend backend,
        TrainingContext context,
        Terminal terminal
    ) =>
        Train(
            ModelParameters.Create(backend, Size.Model, context.Seed, context.Scope),
            model =>
                JsonText.ToNode(
                    ModelTraining.Pretrain(
                        backend,
                        model,
                        Config,
                        Config.Settings,
                        Tokenizer,
                        context
                    )
                )
        );
}

/// <summary>Fine-tuning of a classifier on a task.</summary>
internal sealed record FineTuningRequest(
    ModelFolder Base,
    TaskSettings Task,
    FineTuningSettings Training,
    long Seed
) : TrainingRequest
{
    private IReadOnlyList<Example> _rows = [];

    /// <inheritdoc/>
    public override string Stage => StageNames.FineTuning;

    /// <inheritdoc/>
    public override JsonObject Settings =>
        StageSettings.FineTuning(Base.Origin.Key, Task, Training, Seed);

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
        _rows =
            data.Train.Count > 0
                ? data.Train
                : throw new InputFaultException($"Task {Task.Name}: no training row is left.");
    }

    /// <inheritdoc/>
    public override (ModelParameters Model, JsonNode Outcome) Run(
        IBackend backend,
        TrainingContext context,
        Terminal terminal
    ) =>
        Train(
            Base.Load(backend),
            model =>
                JsonText.ToNode(
                    ModelTraining.FineTune(backend, model, Training, _rows, Tokenizer, context)
                )
        );
}

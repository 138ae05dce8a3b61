using System.Text.Json.Nodes;
using Robustness.Compute;
using Robustness.Models;
using Robustness.Results;
using Robustness.Training;

namespace Robustness.Study;

/// <summary>
/// The one place where stages call the engine: trains, attacks, writes the run's files.
/// </summary>
/// <param name="store">Where models come from and runs go.</param>
/// <param name="caches">Which caches attacks use; they change no result.</param>
/// <param name="version">Of this program, for the records.</param>
/// <param name="time">The clock.</param>
public sealed partial class StageRunner(
    ResultStore store,
    AttackCaches caches,
    string version,
    TimeProvider time
) : IStageRunner
{
    private const string ModelFolder = "model";
    private const string TokenizerFile = "tokenizer.json";

    /// <summary>Who holds the store, in words: noted beside what is being worked on.</summary>
    public string? Holder { get; init; }

    /// <inheritdoc/>
    public RunRecord Run(
        IBackend backend,
        Stage stage,
        Action<StageProgress> progress,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentNullException.ThrowIfNull(stage);
        long begun = time.GetTimestamp();
        store.Prepare(stage.Key, RoundsFolder);
        if (Holder is not null)
        {
            store.NoteWorker(stage.Key, Holder);
        }
        var outcome = stage switch
        {
            PretrainingStage s => Pretrain(backend, s, progress, cancellation),
            FineTuningStage s => FineTune(backend, s, progress, cancellation),
            AdversarialTrainingStage s => TrainAdversarially(backend, s, progress, cancellation),
            EvaluationStage s => Evaluate(backend, s, progress, cancellation),
            _ => throw new ArgumentOutOfRangeException(nameof(stage)),
        };
        var record = new RunRecord
        {
            Stage = stage.Name,
            Key = stage.Key,
            Settings = stage.Settings,
            Inputs = stage.Inputs,
            Outcome = outcome,
            Files = new Dictionary<string, string>(),
            Environment = new RunEnvironment(
                version,
                backend.Description,
                Math.Round(time.GetElapsedTime(begun).TotalSeconds, 3)
            ),
        };
        store.Commit(record);
        return record;
    }

    private JsonObject Pretrain(
        IBackend backend,
        PretrainingStage stage,
        Action<StageProgress> progress,
        CancellationToken cancellation
    )
    {
        var settings = StageSettings.SettingsOf(stage.Size, stage.Config);
        using var model = ModelParameters.Create(
            backend,
            stage.Size.Model,
            stage.Seed,
            stage.Key.Hex
        );
        var outcome = ModelTraining.Pretrain(
            backend,
            model,
            stage.Config,
            settings,
            stage.Tokenizer,
            Context(stage, stage.Seed, progress, cancellation)
        );
        Save(stage, model);
        return JsonText.ToObject(outcome);
    }

    private JsonObject FineTune(
        IBackend backend,
        FineTuningStage stage,
        Action<StageProgress> progress,
        CancellationToken cancellation
    )
    {
        using var model = Load(backend, stage.Inputs[0]);
        var outcome = ModelTraining.FineTune(
            backend,
            model,
            stage.Training,
            stage.Task.Rows.Train,
            stage.Tokenizer,
            Context(stage, stage.Seed, progress, cancellation)
        );
        Save(stage, model);
        return JsonText.ToObject(outcome);
    }

    private JsonObject Evaluate(
        IBackend backend,
        EvaluationStage stage,
        Action<StageProgress> progress,
        CancellationToken cancellation
    )
    {
        using var model = LoadEvaluated(backend, stage);
        if (model is null)
        {
            return new JsonObject { ["skipped"] = "training stopped before this round" };
        }
        var work = new EvaluationWork(
            backend,
            model,
            stage,
            store.StateFolder(stage.Key),
            progress,
            time,
            cancellation
        );
        var scored = work.Score();
        var examples = AttackedRows.Choose(scored, stage.Evaluation.AttackedRowCount);
        var traces = work.Attack(scored, examples.Right, caches);
        TraceTable
            .Build(traces)
            .Write(Path.Combine(store.RunFolder(stage.Key), TraceTable.FileName));
        int classes = model.Config.ClassCount;
        return JsonText.ToObject(
            EvaluationOutcome.Summarise(
                AttackedRows.Accuracy(scored, examples.RowCount, classes),
                AttackedRows.Accuracy(scored, scored.Count, classes),
                traces,
                classes
            )
        );
    }

    private TrainingContext Context(
        Stage stage,
        long seed,
        Action<StageProgress> progress,
        CancellationToken cancellation
    ) =>
        new(
            seed,
            stage.Key.Hex,
            store.StateFolder(stage.Key),
            p =>
                progress(
                    new StageProgress(
                        (double)p.Step / p.StepCount,
                        string.Create(
                            System.Globalization.CultureInfo.InvariantCulture,
                            $"step {p.Step}/{p.StepCount}, loss {p.Loss:0.000}"
                        )
                    )
                ),
            time,
            cancellation
        );

    private void Save(Stage stage, ModelParameters model)
    {
        string folder = Path.Combine(store.RunFolder(stage.Key), ModelFolder);
        Checkpoint.Save(folder, model);
        stage.Tokenizer.Save(Path.Combine(folder, TokenizerFile));
    }

    private ModelParameters Load(IBackend backend, RunKey key) =>
        Checkpoint.Load(backend, Path.Combine(store.RunFolder(key), ModelFolder));
}

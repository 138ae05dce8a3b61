using System.Runtime.InteropServices;
using Robustness.Compute;
using Robustness.Data;
using Robustness.Models;
using Robustness.Tokens;
using Robustness.Training;

namespace Robustness.Study;

/// <summary>
/// The two trainings of a model, the same in a study and for one model alone: their random streams
/// are named by the context's seed and scope, so equal settings give equal weights.
/// </summary>
internal static class ModelTraining
{
    /// <summary>Trains fresh weights to continue text.</summary>
    /// <param name="backend">Where.</param>
    /// <param name="model">Drawn from the context's seed and scope.</param>
    /// <param name="config">Which text.</param>
    /// <param name="settings">Steps, windows, optimiser; the size's own rate in place.</param>
    /// <param name="tokenizer">Of the model.</param>
    /// <param name="context">Seed, scope, state folder, progress.</param>
    public static TrainingOutcome Pretrain(
        IBackend backend,
        ModelParameters model,
        PretrainingConfig config,
        PretrainingSettings settings,
        Tokenizer tokenizer,
        TrainingContext context
    )
    {
        var text = PretrainingText.Create(config, settings, tokenizer, context.Seed, context.Scope);
        return Pretraining.Run(backend, model, settings, text.Windows.Fill, text.Probes, context);
    }

    /// <summary>Gives a model a fresh classification head and trains it on labelled rows.</summary>
    public static TrainingOutcome FineTune(
        IBackend backend,
        ModelParameters model,
        FineTuningSettings settings,
        IReadOnlyList<Example> rows,
        Tokenizer tokenizer,
        TrainingContext context
    )
    {
        model.ResetClassifier(context.Seed, context.Scope);
        var noise = new ChunkNoise(
            ChunkNoise.KeyFor(context.Seed, context.Scope),
            settings.ChunkNoise
        );
        var prompt = new List<char>();
        return FineTuning.Run(
            backend,
            model,
            settings,
            new TrainingRows(
                [.. rows.Select(r => r.Label)],
                (row, epoch, ids) =>
                {
                    prompt.Clear();
                    noise.Append(prompt, rows[row], epoch);
                    tokenizer.Encode(CollectionsMarshal.AsSpan(prompt), ids);
                }
            ),
            context
        );
    }
}

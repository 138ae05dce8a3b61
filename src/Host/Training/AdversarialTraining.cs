using Robustness.Compute;
using Robustness.Data;
using Robustness.Models;
using Robustness.Tokens;

namespace Robustness.Training;

/// <summary>
/// Adversarial training of a fine-tuned classifier (4.3): rounds of attacking fresh rows with the
/// current weights and training on a mixture of clean and attacked rows. The pool of attacked rows
/// and the optimiser's state last over all rounds; a killed run goes on bit for bit.
/// </summary>
public static class AdversarialTraining
{
    /// <summary>Name of the finished pool's file.</summary>
    public const string PoolFile = "pool.jsonl";

    /// <summary>Trains in place and leaves each kept round's model and the pool.</summary>
    /// <param name="backend">Where the model is.</param>
    /// <param name="model">Fine-tuned; afterwards the last round's.</param>
    /// <param name="tokenizer">The model's.</param>
    /// <param name="settings">Rounds, attack, mixture, sampling, optimiser.</param>
    /// <param name="clean">The clean pool, in its fixed order.</param>
    /// <param name="context">Seed, scope, folders, progress.</param>
    /// <exception cref="InvalidDataException">
    /// A state of another run, or a changed pool.
    /// </exception>
    public static (AdversarialOutcome Outcome, AdversarialPool Pool) Run(
        IBackend backend,
        ModelParameters model,
        Tokenizer tokenizer,
        AdversarialTrainingSettings settings,
        IReadOnlyList<Example> clean,
        AdversarialContext context
    )
    {
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(clean);
        ArgumentNullException.ThrowIfNull(context);
        if (AdversarialFaults.Of(settings, clean.Count) is [var fault, ..])
        {
            throw new ArgumentException(fault, nameof(settings));
        }
        using var loop = new TrainingLoop(
            backend,
            model,
            settings.Optimizer,
            name => name != "embed_out.weight"
        );
        var state = new AdversarialState(backend, context.StateFolder, context.Scope);
        var done =
            state.Load(model.Weights, loop.Optimizer)
            ?? new RoundsDone([], 0, new AdversarialPool([]));
        var round = new AdversarialRound(
            backend,
            model,
            tokenizer,
            settings,
            clean,
            context,
            state,
            loop
        );
        while (done.Rounds.Count < settings.RoundCount && Stop(done, settings) is null)
        {
            done = round.Run(done);
            Keep(model, tokenizer, context, done.Rounds.Count);
            state.Save(model.Weights, loop.Optimizer, done);
            DropPrevious(settings, context, done.Rounds.Count);
            Tell(settings, context, done, clean.Count);
        }
        return (Outcome(done, settings), done.Pool);
    }

    /// <summary>Rounds that a state folder has behind it; null where nothing was begun.</summary>
    public static int? RoundsIn(string stateFolder) => AdversarialState.RoundsIn(stateFolder);

    /// <summary>Refuses a pool file that was changed since it was written.</summary>
    /// <exception cref="InvalidDataException">It was changed.</exception>
    public static void CheckState(string stateFolder) => AdversarialState.CheckPool(stateFolder);

    private static AdversarialOutcome Outcome(
        RoundsDone done,
        AdversarialTrainingSettings settings
    ) =>
        new()
        {
            Rounds = done.Rounds,
            StoppedEarly = done.Rounds.Count < settings.RoundCount ? Stop(done, settings) : null,
        };

    // The early stops of the older published code; both are off by default.
    private static string? Stop(RoundsDone done, AdversarialTrainingSettings settings)
    {
        if (done.Rounds.Count == 0)
        {
            return null;
        }
        var latest = done.Rounds[^1];
        if (latest.SuccessRate() is { } rate && rate < settings.StoppingSuccessRate)
        {
            return "success_rate";
        }
        var spent = done.Rounds.Aggregate(
            default(FlopTotals),
            (sum, r) => sum + r.AttackFlops + r.TrainingFlops
        );
        return (double)spent.Paper >= settings.StoppingFlops ? "flops" : null;
    }

    private static void Keep(
        ModelParameters model,
        Tokenizer tokenizer,
        AdversarialContext context,
        int round
    )
    {
        string folder = context.FolderOf(round);
        Checkpoint.Save(folder, model);
        tokenizer.Save(Path.Combine(folder, "tokenizer.json"));
    }

    // Only once the next round is whole: the last round's weights are always there.
    private static void DropPrevious(
        AdversarialTrainingSettings settings,
        AdversarialContext context,
        int round
    )
    {
        string previous = context.FolderOf(round - 1);
        if (!settings.Keeps(round - 1) && Directory.Exists(previous))
        {
            Directory.Delete(previous, recursive: true);
        }
    }

    private static void Tell(
        AdversarialTrainingSettings settings,
        AdversarialContext context,
        RoundsDone done,
        int cleanCount
    )
    {
        var ended = done.Rounds[^1];
        var work = new RoundWork(settings, cleanCount);
        context.Progress?.Invoke(
            new AdversarialProgress(
                ended.Round,
                settings.RoundCount,
                work.Trained(ended.Round, ended.StepCount),
                ended.ExamplesAttacked,
                ended.BrokenCount,
                ended.MeanLossAdversarial,
                ended
            )
        );
    }
}

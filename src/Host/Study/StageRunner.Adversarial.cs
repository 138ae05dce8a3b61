using System.Globalization;
using System.Text.Json.Nodes;
using Robustness.Compute;
using Robustness.Models;
using Robustness.Results;
using Robustness.Training;

namespace Robustness.Study;

public sealed partial class StageRunner
{
    private const string RoundsFolder = RoundFolders.FolderName;

    /// <summary>
    /// Refuses pool files that were changed by hand, of finished trainings and of saved states,
    /// before any work.
    /// </summary>
    /// <exception cref="InputFaultException">Some were changed.</exception>
    public void CheckPools(IEnumerable<Stage> stages)
    {
        ArgumentNullException.ThrowIfNull(stages);
        var faults = new List<string>();
        foreach (var stage in stages.OfType<AdversarialTrainingStage>())
        {
            if (store.EditOf(stage.Key, AdversarialTraining.PoolFile) is { } edit)
            {
                string folder = store.RunFolder(stage.Key);
                faults.Add($"{edit} Put the file back, or remove {folder} to train again.");
                continue;
            }
            try
            {
                AdversarialTraining.CheckState(store.StateFolder(stage.Key));
            }
            catch (InvalidDataException e)
            {
                faults.Add(e.Message);
            }
        }
        if (faults.Count > 0)
        {
            throw new InputFaultException(faults);
        }
    }

    private JsonObject TrainAdversarially(
        IBackend backend,
        AdversarialTrainingStage stage,
        Action<StageProgress> progress,
        CancellationToken cancellation
    )
    {
        using var model = Load(backend, stage.Inputs[0]);
        var training = stage.Training with
        {
            Attack = stage.Training.Attack with
            {
                PrefixCache = caches.Prefix,
                PositionReuse = caches.PositionReuse,
            },
        };
        long begun = time.GetTimestamp();
        double? first = null;
        var context = new AdversarialContext(
            stage.Seed,
            stage.Key.Hex,
            Path.Combine(store.RunFolder(stage.Key), RoundsFolder),
            store.StateFolder(stage.Key),
            p =>
            {
                // The speed of this run alone: what an earlier one did took no time here.
                double before = first ??= p.Share;
                double spent = time.GetElapsedTime(begun).TotalSeconds;
                double left = spent * (1 - p.Share) / Math.Max(1e-9, p.Share - before);
                progress(Told(p, p.Share > before ? left : null));
            },
            cancellation
        );
        var (outcome, pool) = AdversarialTraining.Run(
            backend,
            model,
            stage.Tokenizer,
            training,
            stage.Task.Rows.Train,
            context
        );
        AtomicFile.WriteText(
            Path.Combine(store.RunFolder(stage.Key), AdversarialTraining.PoolFile),
            AdversarialPool.ToText(pool.Entries)
        );
        return JsonText.ToObject(outcome);
    }

    /// <summary>How far it is, in words.</summary>
    internal static StageProgress Told(AdversarialProgress p, double? secondsLeft)
    {
        string left = secondsLeft is { } s ? Invariant($", about {s:0} s left") : "";
        string round = Invariant($"round {p.Round} of {p.RoundCount}: ");
        if (p.Ended is { } ended)
        {
            string success = ended.SuccessRate() is { } r ? Invariant($"success {r:0.00}, ") : "";
            string loss = Invariant($"loss {ended.MeanLossAdversarial:0.000}");
            string pool = Invariant($"pool {ended.PoolSize}, ");
            return new StageProgress(p.Share, round + success + pool + loss + left, true);
        }
        string detail = p.Loss is { } mean
            ? Invariant($"training, loss {mean:0.000}")
            : Invariant($"attacked {p.ExamplesDone}, {p.BrokenCount} broken");
        return new StageProgress(p.Share, round + detail + left);
    }

    // The evaluated model: null when training stopped before that round.
    private ModelParameters? LoadEvaluated(IBackend backend, EvaluationStage stage)
    {
        var key = stage.Inputs[0];
        if (stage.Round == 0)
        {
            return Load(backend, key);
        }
        var trained = JsonText.FromNode<AdversarialOutcome>(store.Get(key).Outcome);
        string rounds = Path.Combine(store.RunFolder(key), RoundsFolder);
        return stage.Round <= trained.Rounds.Count
            ? Checkpoint.Load(backend, RoundFolders.Of(rounds, stage.Round))
            : null;
    }

    private static string Invariant(FormattableString text) =>
        text.ToString(CultureInfo.InvariantCulture);
}

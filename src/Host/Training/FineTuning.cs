using Robustness.Compute;
using Robustness.Models;
using Robustness.Numerics;

namespace Robustness.Training;

/// <summary>The rows a classifier is trained on, in the task's own order.</summary>
/// <param name="Labels">[rows].</param>
/// <param name="Encode">
/// Appends the token ids of (row, epoch): a row may carry fresh random text each time.
/// </param>
public sealed record TrainingRows(IReadOnlyList<int> Labels, Action<int, int, List<int>> Encode);

/// <summary>
/// Fine-tuning of a classifier (section 5): cross-entropy at the last token of every row,
/// epochs in the order of the stream <c>fine-tuning/order</c>.
/// </summary>
public static class FineTuning
{
    /// <summary>Trains in place with the head that the model holds.</summary>
    public static TrainingOutcome Run(
        IBackend backend,
        ModelParameters model,
        FineTuningSettings settings,
        TrainingRows rows,
        TrainingContext context
    )
    {
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(context);
        if (rows.Labels.Count == 0)
        {
            throw new ArgumentException("Fine-tuning needs at least one row.", nameof(rows));
        }
        using var loop = new TrainingLoop(
            backend,
            model,
            settings.Optimizer,
            name => name != "embed_out.weight"
        );
        var key = StreamKey.Create(context.Seed, "fine-tuning/order", context.Scope);
        var order = new EpochOrder(key, rows.Labels.Count, settings.BatchSize);
        var step = new ClassifierStep(backend, model, loop);
        return loop.Run(
            new FixedSteps(settings.StepCount),
            model.Config.ClassifierParameterCount,
            context,
            s => step.Run(order.Batch(s), rows)
        );
    }

    /// <summary>
    /// Which rows each step takes: permutation after permutation, cut into batches.
    /// </summary>
    private sealed class EpochOrder(StreamKey key, int rowCount, int batchSize)
    {
        private readonly int[] _permutation = new int[rowCount];
        private readonly (int Row, int Epoch)[] _batch = new (int, int)[batchSize];
        private int _epoch = -1;

        public ReadOnlySpan<(int Row, int Epoch)> Batch(int step)
        {
            for (int i = 0; i < _batch.Length; i++)
            {
                long place = ((long)step * _batch.Length) + i;
                int epoch = (int)(place / rowCount);
                if (epoch != _epoch)
                {
                    Sampling.WithoutReplacement(key, (uint)epoch, 0, rowCount, _permutation);
                    _epoch = epoch;
                }
                _batch[i] = (_permutation[place % rowCount], epoch);
            }
            _batch.AsSpan().Sort();
            return _batch;
        }
    }
}

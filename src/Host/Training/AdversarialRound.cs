using System.Runtime.InteropServices;
using Robustness.Attacks;
using Robustness.Compute;
using Robustness.Data;
using Robustness.Models;
using Robustness.Numerics;
using Robustness.Tokens;

namespace Robustness.Training;

/// <summary>
/// One round (4.3): attack fresh rows, grow the pool, train one epoch on a mixture.
/// </summary>
internal sealed class AdversarialRound(
    IBackend backend,
    ModelParameters model,
    Tokenizer tokenizer,
    AdversarialTrainingSettings settings,
    IReadOnlyList<Example> clean,
    AdversarialContext context,
    AdversarialState state,
    TrainingLoop loop
)
{
    private readonly ClassifierStep _step = new(backend, model, loop);
    private readonly RoundWork _work = new(settings, clean.Count);
    private readonly List<(int Row, int Epoch)> _batch = [];

    private ReadOnlySpan<(int Row, int Epoch)> Batch => CollectionsMarshal.AsSpan(_batch);

    /// <summary>Runs the round after those that are done.</summary>
    public RoundsDone Run(RoundsDone done)
    {
        int round = done.Rounds.Count + 1;
        var fresh = Generate(round);
        done.Pool.Add(fresh.Select(f => f.Entry));
        var rows = new RoundRows(clean, done.Pool, tokenizer, settings, context, round);
        var epochs = Train(rows, round, done.Step);
        var (cleanLoss, adversarialLoss) = rows.Record(epochs.Losses);
        var paper = (UInt128)6 * (UInt128)model.Config.ClassifierParameterCount;
        paper *= (UInt128)epochs.TokenCount;
        var outcome = new RoundOutcome
        {
            Round = round,
            AttackIterations = settings.Control ? 0 : settings.IterationsOf(round),
            ExamplesAttacked = fresh.Count,
            RightBeforeCount = fresh.Count(f => f.Entry.RightBefore),
            BrokenCount = fresh.Count(f => f.Entry.RightBefore && f.Entry.Success),
            PoolSize = done.Pool.Entries.Count,
            CleanRows = rows.CleanCount,
            AdversarialRows = rows.AdversarialCount,
            MeanLossClean = cleanLoss,
            MeanLossAdversarial = adversarialLoss,
            StepCount = epochs.StepCount,
            TokenCount = epochs.TokenCount,
            AttackFlops = fresh.Aggregate(
                default(FlopTotals),
                (sum, f) => sum + FlopTotals.Of(f.Flops)
            ),
            TrainingFlops = new FlopTotals(
                paper,
                paper,
                (UInt128)epochs.Cost.Executed,
                (UInt128)epochs.Cost.Linear
            ),
        };
        return new RoundsDone([.. done.Rounds, outcome], done.Step + epochs.StepCount, done.Pool);
    }

    /// <summary>
    /// Attacks the round's rows, group by group; groups that were kept are taken.
    /// </summary>
    private List<FreshExample> Generate(int round)
    {
        int[] rows = new int[settings.ExamplesPerRound];
        var key = StreamKey.Create(context.Seed, "adversarial/rows", context.Scope);
        Sampling.WithoutReplacement(key, (uint)round, 0, clean.Count, rows);
        var generation = new ExampleGeneration(tokenizer, settings, context);
        using var victim = new Victim(backend, model, settings.Attack.LaunchRows);
        var fresh = new List<FreshExample>(rows.Length);
        for (int first = 0; first < rows.Length; first += ExampleGeneration.GroupSize)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var group = state.LoadGroup(round, first);
            if (group is null)
            {
                var chosen = rows.Skip(first).Take(ExampleGeneration.GroupSize);
                group = generation.Run(victim, [.. chosen.Select(r => clean[r])], round);
                state.SaveGroup(round, first, group);
            }
            fresh.AddRange(group);
            int broken = fresh.Count(f => f.Entry.RightBefore && f.Entry.Success);
            Tell(round, _work.Attacked(round, fresh.Count), fresh.Count, broken, null);
        }
        return fresh;
    }

    private EpochResult Train(RoundRows rows, int round, int firstStep)
    {
        int count = rows.Training.Labels.Count;
        var order = new RoundOrder(context, settings, rows.Mixture, round);
        var result = new EpochResult(new double[count], 0, 0, default);
        int stepCount = settings.StepsUntil(settings.RoundCount, clean.Count);
        Func<int, StepResult> gradients = _ => _step.Run(Batch, rows.Training);
        for (int epoch = 0; epoch < settings.EpochCount; epoch++)
        {
            var uses = order.Of(epoch);
            for (int first = 0; first < uses.Length; first += settings.BatchSize)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                int batch = Math.Min(settings.BatchSize, uses.Length - first);
                Choose(uses.Slice(first, batch), epoch);
                var step = loop.Update(
                    firstStep + result.StepCount,
                    Schedules.Rate(settings.Optimizer, firstStep + result.StepCount, stepCount),
                    gradients
                );
                for (int b = 0; b < Batch.Length; b++)
                {
                    result.Losses[Batch[b].Row] = _step.Losses[b];
                }
                result = result.With(step, loop.StepCost());
                double share = _work.Trained(round, result.StepCount);
                Tell(round, share, settings.ExamplesPerRound, 0, step.Loss);
            }
        }
        return result;
    }

    private void Choose(Span<int> rows, int epoch)
    {
        rows.Sort();
        _batch.Clear();
        foreach (int row in rows)
        {
            _batch.Add((row, epoch));
        }
    }

    private void Tell(int round, double share, int attacked, int broken, double? loss) =>
        context.Progress?.Invoke(
            new AdversarialProgress(round, settings.RoundCount, share, attacked, broken, loss, null)
        );

    private readonly record struct EpochResult(
        double[] Losses,
        int StepCount,
        long TokenCount,
        TransformerCost Cost
    )
    {
        public EpochResult With(StepResult step, TransformerCost cost) =>
            new(Losses, StepCount + 1, TokenCount + step.TokenCount, Cost + cost);
    }
}

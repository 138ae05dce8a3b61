using Robustness.Compute;
using Robustness.Models;

namespace Robustness.Training;

/// <summary>What one step saw.</summary>
/// <param name="Loss">Mean loss.</param>
/// <param name="TokenCount">Tokens.</param>
internal readonly record struct StepResult(double Loss, int TokenCount);

/// <summary>
/// The loop that pretraining and fine-tuning share: gradients of a step, clipping, update,
/// saving and resuming, progress.
/// </summary>
internal sealed class TrainingLoop : IDisposable
{
    private static readonly TimeSpan s_saveInterval = TimeSpan.FromSeconds(3);

    // Saving may take this part of the time: large models save less often.
    private const int LeastWorkPerSave = 20;

    private readonly IBackend _backend;
    private readonly ModelParameters _model;
    private readonly OptimizerSettings _settings;
    private readonly Optimizer _optimizer;

    public TrainingLoop(
        IBackend backend,
        ModelParameters model,
        OptimizerSettings settings,
        Func<string, bool> isTrained
    )
    {
        _backend = backend;
        _model = model;
        _settings = settings;
        Gradients = new ParameterSet(backend, model.Config);
        _optimizer = new Optimizer(backend, settings, model.Weights, Gradients, isTrained);
        Transformer = new Transformer(backend, model, frozen: false);
        Scratch = new Arena(backend, 1 << 24);
    }

    public ParameterSet Gradients { get; }

    public Optimizer Optimizer => _optimizer;

    public Transformer Transformer { get; }

    public Arena Scratch { get; }

    public Segments Segments { get; } = new();

    public ActivationStore Kept { get; } = new();

    /// <summary>FLOPs of one step's head and loss.</summary>
    public long HeadFlops { get; set; }

    /// <summary>Runs step(0), step(1) .. as the plan says; each adds its gradients.</summary>
    /// <param name="plan">How many steps, and their rates.</param>
    /// <param name="parameterCount">N of the paper's rule, 6 · N · tokens.</param>
    /// <param name="context">Seed, scope, state folder, progress.</param>
    /// <param name="step">Gradients of one step.</param>
    public TrainingOutcome Run(
        StepPlan plan,
        long parameterCount,
        TrainingContext context,
        Func<int, StepResult> step
    )
    {
        var state = context.StateFolder is { } folder ? new TrainingState(folder, _backend) : null;
        var numbers = state?.Load(_model.Weights, _optimizer) ?? new TrainingNumbers(0, 0, 0, 0, 0);
        long saved = context.Time.GetTimestamp();
        var interval = s_saveInterval;
        while (numbers.Step < plan.StepCount(numbers))
        {
            if (context.Cancellation.IsCancellationRequested)
            {
                state?.Save(_model.Weights, _optimizer, numbers);
                context.Cancellation.ThrowIfCancellationRequested();
            }
            numbers = Advance(plan.Decide(numbers), plan, context, step);
            if (state is not null && context.Time.GetElapsedTime(saved) > interval)
            {
                long begun = context.Time.GetTimestamp();
                state.Save(_model.Weights, _optimizer, numbers);
                saved = context.Time.GetTimestamp();
                var least = LeastWorkPerSave * context.Time.GetElapsedTime(begun, saved);
                interval = least > s_saveInterval ? least : s_saveInterval;
            }
        }
        return new TrainingOutcome
        {
            StepCount = numbers.Step,
            TokenCount = numbers.TokenCount,
            FinalLoss = numbers.TailLossSum / Math.Max(1, numbers.TailStepCount),
            PaperFlops = (UInt128)6 * (UInt128)parameterCount * (UInt128)numbers.TokenCount,
            ExecutedFlops = (UInt128)numbers.ExecutedFlops,
            GatePassed = numbers.DecayStep is null ? null : numbers.GatePassed,
        };
    }

    /// <summary>Gradients of a 0-based step, and the update with them.</summary>
    public StepResult Update(int step, double learningRate, Func<int, StepResult> gradients)
    {
        Scratch.Rewind(default);
        Gradients.Clear(_backend);
        var result = gradients(step);
        if (!double.IsFinite(result.Loss))
        {
            throw new InvalidOperationException(
                $"Training diverged: the loss of step {step + 1} is {result.Loss}. "
                    + "Lower the learning rate."
            );
        }
        _optimizer.Update(step + 1, learningRate);
        return result;
    }

    /// <summary>FLOPs as executed of the latest step: all of them, and the linear part.</summary>
    public TransformerCost StepCost()
    {
        var cost = new TransformerCost(HeadFlops, 0);
        foreach (ref readonly var segment in Segments.Items)
        {
            var forward = TransformerCost.Forward(_model.Config, segment);
            var backward = TransformerCost.InputBackward(_model.Config, segment);
            // Weight gradients: as much again as the products of a forward.
            cost += forward + backward + new TransformerCost(forward.Linear, forward.Linear);
        }
        return cost;
    }

    public void Dispose()
    {
        Scratch.Dispose();
        Transformer.Dispose();
        _optimizer.Dispose();
        Gradients.Dispose();
    }

    private TrainingNumbers Advance(
        TrainingNumbers numbers,
        StepPlan plan,
        TrainingContext context,
        Func<int, StepResult> step
    )
    {
        var result = Update(numbers.Step, plan.Rate(_settings, numbers), step);
        int stepCount = plan.StepCount(numbers);
        bool tail = numbers.Step >= stepCount - Math.Max(1, stepCount / 10);
        context.Progress?.Invoke(new TrainingProgress(numbers.Step + 1, stepCount, result.Loss));
        return numbers with
        {
            Step = numbers.Step + 1,
            TokenCount = numbers.TokenCount + result.TokenCount,
            TailLossSum = numbers.TailLossSum + (tail ? result.Loss : 0),
            TailStepCount = numbers.TailStepCount + (tail ? 1 : 0),
            ExecutedFlops = numbers.ExecutedFlops + StepCost().Executed,
        };
    }
}

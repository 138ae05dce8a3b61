namespace Robustness.Training;

/// <summary>How many steps a training stage takes, and the learning rate of each.</summary>
internal abstract class StepPlan
{
    /// <summary>Looks at the stage before its next step and notes what it decides.</summary>
    public virtual TrainingNumbers Decide(TrainingNumbers numbers) => numbers;

    /// <summary>Steps in all, as far as is known.</summary>
    public abstract int StepCount(TrainingNumbers numbers);

    /// <summary>Rate of the next step.</summary>
    public abstract double Rate(OptimizerSettings settings, TrainingNumbers numbers);
}

/// <summary>A number of steps that is known from the beginning.</summary>
internal sealed class FixedSteps(int count) : StepPlan
{
    public override int StepCount(TrainingNumbers numbers) => count;

    public override double Rate(OptimizerSettings settings, TrainingNumbers numbers) =>
        Schedules.Rate(settings, numbers.Step, count);
}

/// <summary>
/// Steps at a constant rate until probes are passed, at least three quarters of the nominal count
/// and at most what the cap leaves; then the rate falls to 0 over a quarter of the nominal count.
/// </summary>
/// <param name="nominal">Steps if the probes pass at the first look.</param>
/// <param name="gate">What must be reached, how often to look, the cap.</param>
/// <param name="isPassed">Runs the probes on the model as it stands.</param>
internal sealed class GatedSteps(int nominal, ProbeGate gate, Func<bool> isPassed) : StepPlan
{
    private readonly int _decay = Math.Max(1, nominal / 4);

    public override TrainingNumbers Decide(TrainingNumbers numbers)
    {
        int first = nominal - _decay;
        if (
            numbers.DecayStep is not null
            || numbers.Step < first
            || (numbers.Step - first) % gate.Interval != 0
        )
        {
            return numbers;
        }
        bool passed = isPassed();
        bool capped = numbers.Step + gate.Interval > gate.MaxStepCount - _decay;
        return passed || capped
            ? numbers with
            {
                DecayStep = numbers.Step,
                GatePassed = passed,
            }
            : numbers;
    }

    public override int StepCount(TrainingNumbers numbers) =>
        numbers.DecayStep is { } start ? start + _decay : Math.Max(nominal, gate.MaxStepCount);

    public override double Rate(OptimizerSettings settings, TrainingNumbers numbers)
    {
        double warm = Math.Min(1, (numbers.Step + 1) / (double)Math.Max(1, settings.WarmupSteps));
        double left = numbers.DecayStep is { } start
            ? 1 - ((numbers.Step - start) / (double)_decay)
            : 1;
        return settings.LearningRate * Math.Min(warm, left);
    }
}

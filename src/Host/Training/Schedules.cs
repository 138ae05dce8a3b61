namespace Robustness.Training;

/// <summary>The learning rate of each step.</summary>
public static class Schedules
{
    /// <summary>Rate of a 0-based step.</summary>
    public static double Rate(OptimizerSettings settings, int step, int stepCount)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (step < settings.WarmupSteps)
        {
            return settings.LearningRate * (step + 1) / settings.WarmupSteps;
        }
        double done =
            (step - settings.WarmupSteps) / (double)Math.Max(1, stepCount - settings.WarmupSteps);
        return settings.LearningRate
            * settings.Schedule switch
            {
                ScheduleKind.Constant => 1,
                ScheduleKind.Linear => 1 - done,
                _ => Math.Min(1, (1 - done) / 0.25),
            };
    }
}

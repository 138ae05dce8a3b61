namespace Robustness.Training;

/// <summary>How far a training stage is.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="StepCount">Steps in all.</param>
/// <param name="Loss">Mean loss of the latest step.</param>
public readonly record struct TrainingProgress(int Step, int StepCount, double Loss);

/// <summary>What a training stage needs to know of the world around it.</summary>
/// <param name="Seed">Seed of its streams.</param>
/// <param name="Scope">Scope of its streams: the run's key.</param>
/// <param name="StateFolder">Where it saves itself to go on after an interruption; or null.</param>
/// <param name="Progress">Told after every step; or null.</param>
/// <param name="Time">The clock that says when to save.</param>
/// <param name="Cancellation">Stops between steps, after saving.</param>
public sealed record TrainingContext(
    long Seed,
    string Scope,
    string? StateFolder,
    Action<TrainingProgress>? Progress,
    TimeProvider Time,
    CancellationToken Cancellation
);

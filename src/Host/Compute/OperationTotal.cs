namespace Robustness.Compute;

/// <summary>What one operation has cost so far.</summary>
/// <param name="Name">The method of <see cref="IBackend"/>.</param>
/// <param name="Calls">Launches.</param>
/// <param name="Seconds">Time spent in them.</param>
/// <param name="Cost">Bytes and FLOPs by <see cref="KernelCost"/>.</param>
public sealed record OperationTotal(string Name, long Calls, double Seconds, KernelCost Cost);

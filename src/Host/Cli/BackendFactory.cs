using Robustness.Backends.Cpu;
using Robustness.Compute;

namespace Robustness.Cli;

/// <summary>Makes the backend that a command asked for.</summary>
internal static class BackendFactory
{
    /// <summary>A backend of its own threads.</summary>
    public static IBackend Create(int threadCount) =>
        new CpuBackend(threadCount, VectorWidth.Chosen());
}

using Robustness.Backends.Cpu;
using Robustness.Compute;
using Robustness.Results;

namespace Robustness.Cli;

/// <summary>Makes the backend that a command asked for.</summary>
internal static class BackendFactory
{
    /// <summary>Values of --backend that this version has; the first stands for the best.</summary>
    public static IReadOnlyList<string> Names { get; } = ["auto", "cpu"];

    /// <summary>A backend of its own threads.</summary>
    public static IBackend Create(int threadCount) => new CpuBackend(threadCount, VectorBits());

    /// <summary>
    /// The width of the CPU's registers: the widest, or what the environment says.
    /// </summary>
    public static int VectorBits()
    {
        try
        {
            return VectorWidth.Chosen();
        }
        catch (ArgumentException e)
        {
            throw new InputFaultException(e.Message);
        }
    }
}

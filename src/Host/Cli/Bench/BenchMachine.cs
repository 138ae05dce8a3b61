using System.Runtime.InteropServices;
using Robustness.Backends.Cpu;

namespace Robustness.Cli.Bench;

/// <summary>Where a benchmark ran.</summary>
/// <param name="Cpu">Model name.</param>
/// <param name="Cores">Logical processors.</param>
/// <param name="VectorBits">Widest accelerated register.</param>
/// <param name="Os">Operating system.</param>
/// <param name="Runtime">.NET runtime.</param>
public sealed record BenchMachine(string Cpu, int Cores, int VectorBits, string Os, string Runtime)
{
    private const string CpuInformation = "/proc/cpuinfo";
    private const string ModelField = "model name";

    /// <summary>This machine.</summary>
    public static BenchMachine Current() =>
        new(
            CpuModel(),
            Environment.ProcessorCount,
            VectorWidth.Widest,
            RuntimeInformation.OSDescription,
            RuntimeInformation.FrameworkDescription
        );

    private static string CpuModel()
    {
        if (File.Exists(CpuInformation))
        {
            foreach (string line in File.ReadLines(CpuInformation))
            {
                if (line.StartsWith(ModelField, StringComparison.Ordinal))
                {
                    return line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
                }
            }
        }
        return RuntimeInformation.ProcessArchitecture.ToString();
    }
}

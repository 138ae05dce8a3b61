using System.Runtime.Intrinsics;

namespace Robustness.Backends.Cpu;

/// <summary>
/// Bits of the registers that the kernels use: the widest the processor has, or what the
/// environment variable ROBUSTNESS_VECTOR says (128, 256, 512). Results do not depend on it.
/// </summary>
public static class VectorWidth
{
    /// <summary>The variable that forces a width.</summary>
    public const string Variable = "ROBUSTNESS_VECTOR";

    /// <summary>The widest accelerated width.</summary>
    public static int Widest =>
        Vector512.IsHardwareAccelerated ? 512
        : Vector256.IsHardwareAccelerated ? 256
        : 128;

    /// <summary>The forced width, or the widest.</summary>
    /// <exception cref="ArgumentException">The variable holds something else.</exception>
    public static int Chosen() =>
        Environment.GetEnvironmentVariable(Variable) switch
        {
            null or "" => Widest,
            "128" => 128,
            "256" => 256,
            "512" => 512,
            var other => throw new ArgumentException(
                $"{Variable} is '{other}'; allowed are 128, 256 and 512."
            ),
        };
}

using Robustness.Backends.Cpu;

namespace Robustness.Tests.Compute;

/// <summary>One variant of a backend that every contract test runs on.</summary>
/// <param name="Name">What the test's name shows.</param>
/// <param name="ThreadCount">Threads that compute.</param>
/// <param name="VectorBits">Register width.</param>
public sealed record BackendUnderTest(string Name, int ThreadCount, int VectorBits)
{
    /// <summary>The kernels in the PTX emulator.</summary>
    public static BackendUnderTest Emulator { get; } = new("emulator", 0, 0);

    /// <summary>Whether the kernels run in the PTX emulator.</summary>
    public bool IsEmulated => ThreadCount == 0;

    /// <summary>The variant whose bits this one must give: on a device its own.</summary>
    public BackendUnderTest Twin => IsEmulated ? this : Operands.Plain;

    /// <summary>A fresh backend; the caller disposes it.</summary>
    public CpuBackend Create() => new(ThreadCount, VectorBits);

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>The variants that this machine can run.</summary>
public static class Backends
{
    /// <summary>
    /// The CPU's variants and the emulator, which knows the operations of a layer.
    /// </summary>
    public static IEnumerable<BackendUnderTest> OfLayers =>
        Available.Append(BackendUnderTest.Emulator);

    /// <summary>Every vector width with one and with two threads.</summary>
    public static IEnumerable<BackendUnderTest> Available
    {
        get
        {
            foreach (int bits in (int[])[128, 256, 512])
            {
                foreach (int threads in (int[])[1, 2])
                {
                    yield return new BackendUnderTest($"cpu-{bits}-{threads}", threads, bits);
                }
            }
        }
    }
}

using NUnit.Framework;
using Robustness.Backends.Cuda;

namespace Robustness.Tests.Cuda;

/// <summary>
/// The assembler's lines are read by field, in any order; unknown lines are skipped.
/// </summary>
[TestFixture]
public sealed class AssemblerLogTests
{
    private const string Log = """
        ptxas info    : 0 bytes gmem
        ptxas info    : Compiling entry function 'first' for 'sm_80'
        ptxas info    : Function properties for first
        ptxas         .     16 bytes stack frame, 8 bytes spill stores, 12 bytes spill loads
        ptxas info    : Function properties for called
        ptxas         .     32 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
        ptxas info    : Used 63 registers, 8192 bytes smem, 388 bytes cmem[0], 8 bytes cmem[2]
        ptxas info    : Overriding global maxrregcount 32 with entry-specific value 128
        ptxas info    : Compiling entry function 'second' for 'sm_80'
        ptxas info    : Used 10 registers
        """;

    [Test]
    public void EachKernelHasItsOwnFigures()
    {
        var kernels = AssemblerLog.Read(Log);
        Assert.That(kernels, Has.Count.EqualTo(2));
        Assert.That(kernels[0], Is.EqualTo(new KernelResources("first", 63, 16, 20, 8192)));
        Assert.That(kernels[1], Is.EqualTo(new KernelResources("second", 10, 0, 0, 0)));
    }

    [TestCase(128, 17408, 128, 80, 4)] // registers
    [TestCase(32, 0, 128, 80, 16)] // warps
    [TestCase(16, 0, 32, 80, 32)] // blocks
    [TestCase(32, 49152, 128, 80, 3)] // shared memory
    [TestCase(32, 49152, 128, 90, 4)]
    public void OccupancyIsTheTightestLimit(
        int registers,
        int sharedBytes,
        int threads,
        int capability,
        int blocks
    ) =>
        Assert.That(
            new KernelResources("k", registers, 0, 0, sharedBytes).BlocksPerMultiprocessor(
                threads,
                capability
            ),
            Is.EqualTo(blocks)
        );
}

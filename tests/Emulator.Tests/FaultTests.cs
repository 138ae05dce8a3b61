using Robustness.Emulator;

namespace Robustness.Tests;

/// <summary>Faulty kernels and their correct twins.</summary>
internal sealed class FaultTests
{
    private const string Shared = ".shared .align 16 .b8 s[256];";

    [TestCase("st.global.u32 [%rd9+256], %r9;", FaultKind.OutOfBounds)]
    [TestCase("st.global.u32 [%rd9+-4], %r9;", FaultKind.OutOfBounds)]
    [TestCase("st.global.u32 [%rd1+2], %r9;", FaultKind.Misaligned)]
    [TestCase("ld.global.u32 %r1, [%rd1];", FaultKind.Uninitialized)]
    [TestCase(Shared + " ld.shared.u32 %r1, [s];", FaultKind.Uninitialized)]
    [TestCase(Shared + " st.shared.u32 [s+256], %r9;", FaultKind.OutOfBounds)]
    [TestCase("st.global.u32 [%rd9], %r9;", FaultKind.Race)]
    [TestCase("again: bra again;", FaultKind.Runaway)]
    [TestCase("trap;", FaultKind.Trap)]
    public void IsReported(string body, FaultKind kind)
    {
        var options = new EmulatorOptions { InstructionsPerThread = 10_000 };
        LaunchReport report = PtxBench.Run(PtxBench.Wrap(body), options: options).Report;
        Assert.That(report.Faults, Is.Not.Empty);
        Assert.That(report.Faults[0].Kind, Is.EqualTo(kind));
        Assert.That(report.Faults[0].Site.PtxLine, Is.EqualTo(17));
    }

    [TestCase("st.global.u32 [%rd1], %r9; ld.global.u32 %r1, [%rd1];")]
    [TestCase(
        Shared
            + " setp.eq.u32 %p1, %r9, 0; @%p1 st.shared.u32 [s], %r9;"
            + " bar.sync 0; ld.shared.u32 %r1, [s];"
    )]
    [TestCase("setp.gt.u32 %p1, %r9, 7; @%p1 bra done; bar.sync 0; done:")]
    public void TwinIsClean(string body) =>
        Assert.That(PtxBench.Run(PtxBench.Wrap(body)).Report.Faults, Is.Empty);
}

using Robustness.Emulator;

namespace Robustness.Tests;

/// <summary>Faulty kernels and their correct twins.</summary>
internal sealed class FaultTests
{
    private const string Low = "setp.lt.u32 %p1, %r9, 9;";
    private const string Local = ".local .align 8 .b8 l[8];";
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
    [TestCase(Low + Shared + " @%p1 st.shared.v2.u32 [s+4], {%r9, %r9};", FaultKind.Misaligned)]
    [TestCase(Local + " ld.local.u32 %r1, [l+4];", FaultKind.Uninitialized)]
    [TestCase(Local + " ld.local.u32 %r1, [l+8];", FaultKind.OutOfBounds)]
    [TestCase("mov.u64 %rd3, 16; st.global.u32 [%rd3], %r9;", FaultKind.OutOfBounds)]
    [TestCase("atom.global.add.u32 %r1, [%rd9], 1;", FaultKind.Uninitialized)]
    [TestCase("bar.sync 17;", FaultKind.Barrier)]
    [TestCase("shfl.sync.idx.b32 %r1, %r9, 0, 31, 0;", FaultKind.Barrier)]
    [TestCase(
        Low + " @!%p1 exit; mov.u32 %r2, 1; again: bar.warp.sync -1; bra again;",
        FaultKind.Runaway
    )]
    [TestCase(
        Low + " @%p1 bra a; bar.sync 0; bra b; a: bar.sync 1; b: st.global.u32 [%rd1], 0;",
        FaultKind.Barrier
    )]
    [TestCase(Low + " @%p1 bar.sync 0; st.global.u32 [%rd1], %r9;", FaultKind.Barrier)]
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
    [TestCase(Local + " st.local.u32 [l+4], 1; ld.local.u32 %r1, [l+4];")]
    [TestCase("st.global.u32 [%rd1], 0; bar.sync 0; atom.global.add.u32 %r1, [%rd9], 1;")]
    [TestCase(Low + " @!%p1 exit; bar.sync 0; bar.warp.sync -1;")]
    [TestCase(Low + " @%p1 bra a; mov.u32 %r1, 1; bra b; a: mov.u32 %r1, 2; b: bar.sync 0;")]
    public void TwinIsClean(string body) =>
        Assert.That(PtxBench.Run(PtxBench.Wrap(body)).Report.Faults, Is.Empty);

    private static string LastBlock(string fence) =>
        PtxBench.Wrap(
            $$"""
            mov.u32 %r8, %ctaid.x;
            mul.wide.u32 %rd2, %r8, 4;
            add.s64 %rd2, %rd2, %rd9;
            setp.ne.u32 %p1, %r9, 0;
            @%p1 bra done;
            st.global.u32 [%rd2+4], %r8;
            {{fence}}
            atom.global.add.u32 %r1, [%rd9], 1;
            setp.ne.u32 %p1, %r1, 2;
            @%p1 bra done;
            ld.global.u32 %r2, [%rd9+4];
            ld.global.u32 %r3, [%rd9+8];
            add.u32 %r2, %r2, %r3;
            st.global.u32 [%rd9+16], %r2;
            done:
            """
        );

    [TestCase("membar.gl;", 0)]
    [TestCase("fence.acq_rel.gpu;", 0)]
    [TestCase("", 2)]
    public void LastBlockNeedsAFence(string fence, int races)
    {
        var data = new uint[8];
        LaunchReport report = PtxBench.RunBuffer(LastBlock(fence), data, blocks: 3);
        Assert.That(report.Faults, Has.Count.EqualTo(races));
        Assert.That(report.Faults.Select(f => f.Kind), Has.All.EqualTo(FaultKind.Race));
        Assert.That(data[4], Is.EqualTo(1));
    }

    [TestCase("bar.sync 0;", false)]
    [TestCase("bar.sync 1, 64;", false)]
    [TestCase("bar.warp.sync -1;", true)]
    [TestCase("membar.cta;", true)]
    public void WarpsNeedABarrier(string sync, bool races)
    {
        string body = $$"""
            .shared .align 16 .b8 s[256];
            mov.u32 %r2, s;
            mad.lo.u32 %r3, %r9, 4, %r2;
            st.shared.u32 [%r3], %r9;
            {{sync}}
            xor.b32 %r4, %r9, 32;
            mad.lo.u32 %r3, %r4, 4, %r2;
            ld.shared.u32 %r1, [%r3];
            """;
        LaunchReport report = PtxBench.RunBuffer(PtxBench.Wrap(body), new uint[64], 64);
        Assert.That(report.Faults.Any(f => f.Kind == FaultKind.Race), Is.EqualTo(races));
        Assert.That(report.Faults.All(f => f.Other is null == (f.Kind != FaultKind.Race)));
    }

    // All lanes read a word, then one of them reads it again and writes.
    [TestCase("bar.warp.sync -1;", 0)]
    [TestCase("", 1)]
    public void ReadsBeforeASyncOfTheWarpDoNotRaceWithAWriteAfterIt(string sync, int races)
    {
        string body = $$"""
            .shared .align 16 .b8 s[256];
            setp.eq.u32 %p1, %r9, 0;
            @%p1 st.shared.u32 [s], 0;
            bar.sync 0;
            ld.shared.u32 %r1, [s];
            {{sync}}
            @!%p1 bra done;
            ld.shared.u32 %r2, [s];
            st.shared.u32 [s], %r2;
            done:
            """;
        LaunchReport report = PtxBench.RunBuffer(PtxBench.Wrap(body), new uint[32], 32);
        Assert.That(report.Faults, Has.Count.EqualTo(races));
    }

    [Test]
    public void LanesTakeALockInTurn()
    {
        const string Body = """
            .shared .align 8 .b8 s[8];
            setp.ne.u32 %p1, %r9, 0;
            @%p1 bra go;
            st.shared.v2.u32 [s], {0, 0};
            go: bar.sync 0;
            take: atom.shared.cas.b32 %r2, [s], 0, 1;
            setp.ne.u32 %p1, %r2, 0;
            @%p1 bra take;
            ld.shared.u32 %r3, [s+4];
            add.u32 %r3, %r3, 1;
            st.shared.u32 [s+4], %r3;
            membar.cta;
            atom.shared.exch.b32 %r4, [s], 0;
            bar.sync 0;
            ld.shared.u32 %r5, [s+4];
            st.global.u32 [%rd1], %r5;
            """;
        var data = new ulong[32];
        LaunchReport report = PtxBench.RunBuffer(PtxBench.Wrap(Body), data);
        Assert.That(report.Faults, Is.Empty);
        Assert.That((uint)data[7], Is.EqualTo(32));
    }

    [Test]
    public void UseAfterFreeNamesTheBuffer()
    {
        using var driver = new EmulatedCudaDriver();
        byte[] ptx = System.Text.Encoding.ASCII.GetBytes(PtxBench.Wrap("st.global.u32 [%rd1], 0;"));
        Interop.CUmodule module = driver.LoadModule(ptx, out _);
        Interop.CUfunction kernel = driver.GetFunction(module, "k");
        Interop.CUdeviceptr buffer = driver.Alloc(256);
        driver.NameAllocation(buffer, "gone");
        driver.Free(buffer);
        unsafe
        {
            void* argument = &buffer;
            driver.Launch(kernel, new Interop.Dim3(1), new Interop.Dim3(1), 0, default, &argument);
        }
        Fault fault = driver.Reports[0].Faults[0];
        Assert.That((fault.Kind, fault.Buffer), Is.EqualTo((FaultKind.UseAfterFree, "gone")));
    }
}

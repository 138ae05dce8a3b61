using Robustness.Emulator;

namespace Robustness.Tests;

/// <summary>mbarrier: phases, counts, bytes, copies, and the order that it gives.</summary>
internal sealed class BarrierObjectTests
{
    private const string Start = """
        .shared .align 8 .b64 bar[2];
        .shared .align 16 .b8 s[1024];
        mov.u32 %r2, bar; mov.u32 %r3, s;
        setp.eq.u32 %p1, %r9, 0;
        """;

    private static string One(string code) =>
        PtxBench.Wrap(
            $$"""
            {{Start}}
            @!%p1 bra end;
            {{code}}
            end:
            """
        );

    [TestCase(
        "mbarrier.init.shared.b64 [%r2], 3; mbarrier.arrive.shared.b64 %rd2, [%r2];"
            + " mbarrier.pending_count.b64 %r1, %rd2;",
        3u
    )]
    [TestCase(
        "mbarrier.init.shared.b64 [%r2], 3; mbarrier.arrive.noComplete.shared.b64 %rd2, [%r2], 2;"
            + " mbarrier.arrive.shared.b64 %rd2, [%r2]; mbarrier.pending_count.b64 %r1, %rd2;",
        1u
    )]
    [TestCase(
        "mbarrier.init.shared.b64 [%r2], 2; mbarrier.arrive.shared.b64 %rd2, [%r2];"
            + " mbarrier.test_wait.shared.b64 %p2, [%r2], %rd2; selp.u32 %r1, 1, 0, %p2;",
        0u
    )]
    [TestCase(
        "mbarrier.init.shared.b64 [%r2], 1; mbarrier.arrive.shared.b64 %rd2, [%r2];"
            + " mbarrier.test_wait.acquire.cta.shared.b64 %p2, [%r2], %rd2;"
            + " selp.u32 %r1, 1, 0, %p2;",
        1u
    )]
    [TestCase(
        "mbarrier.init.shared.b64 [%r2], 1; mbarrier.arrive.shared.b64 _, [%r2];"
            + " mbarrier.test_wait.parity.shared.b64 %p2, [%r2], 0; selp.u32 %r1, 1, 0, %p2;",
        1u
    )]
    [TestCase(
        "mbarrier.init.shared.b64 [%r2], 1;"
            + " mbarrier.try_wait.parity.shared.b64 %p2, [%r2], 0, 100; selp.u32 %r1, 1, 0, %p2;",
        0u
    )]
    [TestCase(
        "mbarrier.init.shared.b64 [%r2], 1;"
            + " mbarrier.try_wait.parity.shared::cta.b64 %p2, [%r2], 1; selp.u32 %r1, 1, 0, %p2;",
        1u
    )]
    [TestCase(
        "mbarrier.init.shared.b64 [%r2], 2; mbarrier.arrive_drop.shared.b64 %rd2, [%r2];"
            + " mbarrier.arrive.shared.b64 %rd2, [%r2]; mbarrier.arrive.shared.b64 %rd2, [%r2];"
            + " mbarrier.pending_count.b64 %r1, %rd2;",
        1u
    )]
    [TestCase(
        "mbarrier.init.shared.b64 [%r2], 1; mbarrier.arrive.expect_tx.shared.b64 %rd2, [%r2], 8;"
            + " mbarrier.test_wait.shared.b64 %p2, [%r2], %rd2;"
            + " mbarrier.complete_tx.shared.b64 [%r2], 8;"
            + " mbarrier.test_wait.shared.b64 %p3, [%r2], %rd2; selp.u32 %r1, 1, 0, %p2;"
            + " selp.u32 %r4, 2, 0, %p3; or.b32 %r1, %r1, %r4;",
        2u
    )]
    [TestCase(
        "mbarrier.init.shared.b64 [%r2], 5; cp.async.mbarrier.arrive.shared.b64 [%r2];"
            + " cp.async.mbarrier.arrive.noinc.shared.b64 [%r2];"
            + " mbarrier.arrive.shared.b64 %rd2, [%r2];"
            + " mbarrier.pending_count.b64 %r1, %rd2;",
        4u
    )]
    public void Counts(string code, uint expected)
    {
        (ulong[] values, LaunchReport report) = PtxBench.Run(
            One(code + " st.global.u32 [%rd1], %r1;")
        );
        Assert.That(report.Faults, Is.Empty);
        Assert.That((uint)values[0], Is.EqualTo(expected));
    }

    [TestCase("mbarrier.init.shared.b64 [%r2], 0;", FaultKind.Barrier)]
    [TestCase(
        "mbarrier.init.shared.b64 [%r2], 1; mbarrier.arrive.shared.b64 %rd2, [%r2], 2;",
        FaultKind.Barrier
    )]
    [TestCase(
        "mbarrier.init.shared.b64 [%r2], 1; mbarrier.arrive.noComplete.shared.b64 %rd2, [%r2], 1;",
        FaultKind.Barrier
    )]
    [TestCase(
        "mbarrier.init.shared.b64 [%r2], 1; mbarrier.inval.shared.b64 [%r2];"
            + " mbarrier.arrive.shared.b64 %rd2, [%r2];",
        FaultKind.Barrier
    )]
    [TestCase("mbarrier.arrive.shared.b64 %rd2, [%r2];", FaultKind.Uninitialized)]
    [TestCase("mbarrier.init.shared.b64 [%r2+4], 1;", FaultKind.Misaligned)]
    public void Misuse(string code, FaultKind kind)
    {
        (_, LaunchReport report) = PtxBench.Run(One(code));
        Assert.That(report.Faults[0].Kind, Is.EqualTo(kind));
    }

    /// <summary>Each thread writes a word, waits, and reads another thread's word.</summary>
    private static string Exchange(int count, string wait) =>
        PtxBench.Wrap(
            $$"""
            {{Start}}
            @%p1 mbarrier.init.shared.b64 [%r2], {{count}};
            bar.sync 0;
            mad.lo.u32 %r4, %r9, 4, %r3;
            xor.b32 %r5, %r9, 63;
            mad.lo.u32 %r6, %r5, 4, %r3;
            st.shared.u32 [%r4], %r9;
            mbarrier.arrive.shared.b64 %rd2, [%r2];
            {{wait}}
            ld.shared.u32 %r7, [%r6];
            setp.lt.u32 %p3, %r9, 32;
            @%p3 st.global.u64 [%rd1], 0;
            @%p3 st.global.u32 [%rd1], %r7;
            """
        );

    private const string Spin = """
        again: mbarrier.try_wait.shared.b64 %p2, [%r2], %rd2;
        @!%p2 bra again;
        """;

    [Test]
    public void ExchangesBetweenWarps()
    {
        (ulong[] values, LaunchReport report) = PtxBench.Run(Exchange(64, Spin), threads: 64);
        Assert.That(report.Faults, Is.Empty);
        Assert.That(values, Is.EqualTo(Enumerable.Range(0, 32).Select(i => (ulong)(63 - i))));
    }

    [Test]
    public void AnArrivalThatNeverComesIsADeadlock()
    {
        (_, LaunchReport report) = PtxBench.Run(Exchange(65, Spin), threads: 64);
        Assert.That(report.Faults.Select(fault => fault.Kind), Is.EqualTo([FaultKind.Runaway]));
    }

    [Test]
    public void AMissingWaitIsARace()
    {
        (_, LaunchReport report) = PtxBench.Run(Exchange(64, ""), threads: 64);
        Assert.That(
            report.Faults.Select(fault => fault.Kind),
            Has.Member(FaultKind.Race).Or.Member(FaultKind.Uninitialized)
        );
    }

    [Test]
    public void AProducersArrivalOrdersItsWritesBeforeTheConsumers()
    {
        // Warp 0 writes and arrives, warp 1 waits and reads; 32 of the 64 threads are expected.
        string ptx = PtxBench.Wrap(
            $$"""
            {{Start}}
            @%p1 mbarrier.init.shared.b64 [%r2], 32;
            bar.sync 0;
            and.b32 %r8, %r9, 31;
            mad.lo.u32 %r4, %r8, 4, %r3;
            setp.lt.u32 %p3, %r9, 32;
            @!%p3 bra consume;
            st.shared.u32 [%r4], %r9;
            mbarrier.arrive.shared.b64 %rd2, [%r2];
            bra done;
            consume: mbarrier.try_wait.parity.shared.b64 %p2, [%r2], 0;
            @!%p2 bra consume;
            ld.shared.u32 %r7, [%r4];
            mul.wide.u32 %rd3, %r8, 8;
            add.s64 %rd3, %rd3, %rd9;
            st.global.u64 [%rd3], 0;
            st.global.u32 [%rd3], %r7;
            done:
            """
        );
        (ulong[] values, LaunchReport report) = PtxBench.Run(ptx, threads: 64);
        Assert.That(report.Faults, Is.Empty);
        Assert.That(values, Is.EqualTo(Enumerable.Range(0, 32).Select(i => (ulong)i)));
    }

    [Test]
    public void CopiesArriveWithTheirBarrier()
    {
        var data = new ulong[64];
        for (int i = 0; i < 32; i++)
        {
            data[i] = (ulong)(i * 3);
        }
        string ptx = PtxBench.Wrap(
            $$"""
            {{Start}}
            @%p1 mbarrier.init.shared.b64 [%r2], 32;
            bar.sync 0;
            mad.lo.u32 %r4, %r9, 8, %r3;
            xor.b32 %r5, %r9, 31;
            mad.lo.u32 %r6, %r5, 8, %r3;
            cp.async.ca.shared.global [%r4], [%rd1], 8;
            cp.async.mbarrier.arrive.noinc.shared.b64 [%r2];
            again: mbarrier.test_wait.parity.shared.b64 %p2, [%r2], 0;
            @!%p2 bra again;
            ld.shared.u64 %rd3, [%r6];
            st.global.u64 [%rd1+256], %rd3;
            """
        );
        LaunchReport report = PtxBench.RunBuffer(ptx, data);
        Assert.That(report.Faults, Is.Empty);
        Assert.That(
            data.Skip(32),
            Is.EqualTo(Enumerable.Range(0, 32).Select(i => (ulong)(3 * (31 - i))))
        );
    }
}

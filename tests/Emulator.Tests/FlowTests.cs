using Robustness.Emulator;

namespace Robustness.Tests;

/// <summary>Flow that compilers do not write: loops with two entries, locks of lanes.</summary>
internal sealed class FlowTests
{
    private static ulong[] Run(string body, string declarations = "")
    {
        (ulong[] values, LaunchReport report) = PtxBench.Run(PtxBench.Wrap(body, declarations));
        Assert.That(report.Faults, Is.Empty);
        return values;
    }

    [Test]
    public void ALoopWithTwoEntries()
    {
        // Even lanes enter at a, odd ones at b; a adds 1, b adds 100, until three rounds are over.
        const string Body = """
            mov.u32 %r1, 0; mov.u32 %r2, 0;
            and.b32 %r3, %r9, 1;
            setp.eq.u32 %p1, %r3, 1;
            @%p1 bra b;
            a: add.u32 %r1, %r1, 1;
            b: add.u32 %r1, %r1, 100;
            add.u32 %r2, %r2, 1;
            setp.lt.u32 %p2, %r2, 3;
            @%p2 bra a;
            st.global.u64 [%rd1], 0;
            st.global.u32 [%rd1], %r1;
            """;
        ulong[] values = Run(Body);
        for (int lane = 0; lane < 32; lane++)
        {
            Assert.That(values[lane], Is.EqualTo((lane & 1) == 1 ? 302 : 303));
        }
    }

    [Test]
    public void ALoopWithTwoEntriesAndTwoExits()
    {
        // A state machine: each lane walks x -> 3x + 1 or x / 2 and jumps into the other's block.
        const string Body = """
            add.u32 %r1, %r9, 1; mov.u32 %r2, 0;
            and.b32 %r3, %r1, 1; setp.eq.u32 %p1, %r3, 1;
            @%p1 bra odd;
            even: shr.u32 %r1, %r1, 1; add.u32 %r2, %r2, 1;
            setp.eq.u32 %p2, %r1, 1; @%p2 bra done;
            and.b32 %r3, %r1, 1; setp.eq.u32 %p1, %r3, 0;
            @%p1 bra even;
            odd: setp.eq.u32 %p2, %r1, 1; @%p2 bra done;
            mad.lo.u32 %r1, %r1, 3, 1; add.u32 %r2, %r2, 1;
            and.b32 %r3, %r1, 1; setp.eq.u32 %p1, %r3, 1;
            @%p1 bra odd;
            bra even;
            done: activemask.b32 %r4;
            st.global.v2.u32 [%rd1], {%r2, %r4};
            """;
        ulong[] values = Run(Body);
        for (int lane = 0; lane < 32; lane++)
        {
            int x = lane + 1;
            int steps = 0;
            for (; x != 1; steps++)
            {
                x = (x & 1) == 0 ? x / 2 : (3 * x) + 1;
            }
            Assert.That((uint)values[lane], Is.EqualTo(steps));
            Assert.That(values[lane] >> 32, Is.EqualTo(uint.MaxValue), "lanes meet again");
        }
    }

    /// <summary>Each half of the warp turns its 16 words round, in lanes of its own mask.</summary>
    private static LaunchReport Halves(string sync) =>
        PtxBench
            .Run(
                PtxBench.Wrap(
                    $$"""
                    .shared .align 4 .b32 s[32];
                    mov.u32 %r2, s;
                    and.b32 %r3, %r9, 16;
                    shl.b32 %r4, 0xFFFF, %r3;
                    xor.b32 %r5, %r9, 15;
                    mad.lo.u32 %r6, %r9, 4, %r2;
                    mad.lo.u32 %r7, %r5, 4, %r2;
                    st.shared.u32 [%r6], %r9;
                    {{sync}}
                    ld.shared.u32 %r8, [%r7];
                    ld.shared.u32 %r10, [%r6];
                    {{sync}}
                    st.shared.u32 [%r6], %r8;
                    {{sync}}
                    ld.shared.u32 %r11, [%r7];
                    st.global.u64 [%rd1], 0;
                    st.global.u32 [%rd1], %r11;
                    """
                )
            )
            .Report;

    [Test]
    public void PartialMasksOrderTheLanesThatTheyName()
    {
        Assert.That(Halves("bar.warp.sync %r4;").Faults, Is.Empty);
        LaunchReport without = Halves("");
        Assert.That(without.Faults.Select(f => f.Kind), Has.Member(FaultKind.Race));
    }

    [Test]
    public void AMaskThatLeavesALaneOutDoesNotOrderIt()
    {
        // Lanes 0 to 7 synchronise among themselves; lane 8 reads what lane 0 wrote.
        const string Body = """
            .shared .align 4 .b32 s[32];
            mov.u32 %r2, s;
            setp.eq.u32 %p1, %r9, 0; setp.lt.u32 %p2, %r9, 8; setp.eq.u32 %p3, %r9, 8;
            @%p1 st.shared.u32 [%r2], %r9;
            @%p2 bar.warp.sync 0xFF;
            @%p3 ld.shared.u32 %r3, [%r2];
            """;
        (_, LaunchReport report) = PtxBench.Run(PtxBench.Wrap(Body));
        Assert.That(report.Faults.Select(f => f.Kind), Is.EqualTo([FaultKind.Race]));
    }

    [Test]
    public void LanesOfAWarpTakeALockInTurn()
    {
        const string Body = """
            .shared .align 8 .b32 lock[2];
            mov.u32 %r2, lock;
            setp.eq.u32 %p1, %r9, 0;
            mov.u32 %r10, 0;
            @%p1 st.shared.v2.u32 [%r2], {%r10, %r10};
            bar.sync 0;
            again: atom.shared.cas.b32 %r3, [%r2], 0, 1;
            setp.ne.u32 %p2, %r3, 0;
            @%p2 bra again;
            ld.volatile.shared.u32 %r4, [%r2+4];
            add.u32 %r5, %r4, 1;
            st.volatile.shared.u32 [%r2+4], %r5;
            membar.cta;
            atom.shared.exch.b32 %r6, [%r2], 0;
            st.global.u64 [%rd1], 0;
            st.global.u32 [%rd1], %r4;
            """;
        ulong[] values = Run(Body);
        Assert.That(values.Order(), Is.EqualTo(Enumerable.Range(0, 32).Select(i => (ulong)i)));
    }

    [Test]
    public void AHolderThatWaitsForALowerBlockIsNotStarved()
    {
        // Lane 0 sets the flag far below the loop in which the other lanes spin.
        const string Body = """
            .shared .align 4 .b32 flag[1];
            mov.u32 %r2, flag;
            mov.u32 %r3, 0;
            setp.eq.u32 %p1, %r9, 0;
            @%p1 st.shared.u32 [%r2], %r3;
            bar.warp.sync 0xffffffff;
            @%p1 bra holder;
            spin: ld.volatile.shared.u32 %r4, [%r2];
            setp.eq.u32 %p2, %r4, 0;
            @%p2 bra spin;
            bra done;
            holder: mov.u32 %r5, 0;
            work: add.u32 %r5, %r5, 1;
            setp.lt.u32 %p3, %r5, 1000;
            @%p3 bra work;
            st.volatile.shared.u32 [%r2], %r5;
            done: st.global.u64 [%rd1], 7;
            """;
        Assert.That(Run(Body), Has.All.EqualTo(7));
    }
}

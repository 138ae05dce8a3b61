using Robustness.Emulator;
using Robustness.Interop;

namespace Robustness.Tests;

/// <summary>Instructions against exact values.</summary>
internal sealed class InstructionTests
{
    private const string Wide = "mov.u32 %r2, -1; mov.u32 %r3, 1; ";

    [TestCase("mov.u32 %r2, 7; add.s32 %r1, %r2, -9;", 0xFFFFFFFEu)]
    [TestCase("mov.u32 %r2, 0x80000001; mul.hi.u32 %r1, %r2, %r2;", 0x40000001u)]
    [TestCase("mov.u32 %r2, -7; div.s32 %r1, %r2, 2;", 0xFFFFFFFDu)]
    [TestCase("mov.u32 %r2, -7; rem.s32 %r1, %r2, 2;", 0xFFFFFFFFu)]
    [TestCase("mov.u32 %r2, 1; shl.b32 %r1, %r2, 32;", 0u)]
    [TestCase("mov.u32 %r2, -8; shr.s32 %r1, %r2, 40;", 0xFFFFFFFFu)]
    [TestCase("mov.u32 %r2, 0x12345678; prmt.b32 %r1, %r2, 0, 0x0123;", 0x78563412u)]
    [TestCase("mov.u32 %r2, 0xF0; lop3.b32 %r1, %r2, 0xCC, 0xAA, 0x96;", 0x96u)]
    [TestCase("mov.u32 %r2, 0x0000F000; bfe.s32 %r1, %r2, 12, 4;", 0xFFFFFFFFu)]
    [TestCase("mov.u32 %r2, 5; bfi.b32 %r1, %r2, -1, 4, 4;", 0xFFFFFF5Fu)]
    [TestCase("mov.u32 %r2, 1; mov.u32 %r3, 2; shf.l.wrap.b32 %r1, %r2, %r3, 33;", 4u)]
    [TestCase("mov.u32 %r2, 1; mov.u32 %r3, 2; shf.r.clamp.b32 %r1, %r2, %r3, 40;", 2u)]
    [TestCase("mov.u32 %r2, 0x00F0; popc.b32 %r1, %r2;", 4u)]
    [TestCase("mov.u32 %r2, 0; clz.b32 %r1, %r2;", 32u)]
    [TestCase("mov.u32 %r2, -1; bfind.s32 %r1, %r2;", 0xFFFFFFFFu)]
    [TestCase("mov.u32 %r2, 1; brev.b32 %r1, %r2;", 0x80000000u)]
    [TestCase(
        "mov.f32 %f1, 0f7FC00001; add.f32 %f2, %f1, 0f3F800000; mov.b32 %r1, %f2;",
        0x7FFFFFFFu
    )]
    [TestCase(
        "mov.f32 %f1, 0f3F800000; add.rm.f32 %f2, %f1, 0fB0000000; mov.b32 %r1, %f2;",
        0x3F7FFFFFu
    )]
    [TestCase(
        "mov.f32 %f1, 0f3F800000; add.rp.f32 %f2, %f1, 0f30000000; mov.b32 %r1, %f2;",
        0x3F800001u
    )]
    [TestCase("mov.f32 %f1, 0f00000001; add.ftz.f32 %f2, %f1, %f1; mov.b32 %r1, %f2;", 0u)]
    [TestCase("mov.f32 %f1, 0f00000001; add.f32 %f2, %f1, %f1; mov.b32 %r1, %f2;", 2u)]
    [TestCase("mov.f32 %f1, 0f40200000; cvt.rni.s32.f32 %r1, %f1;", 2u)]
    [TestCase("mov.f32 %f1, 0f7FC00000; cvt.rzi.s32.f32 %r1, %f1;", 0u)]
    [TestCase("mov.f32 %f1, 0f4F800000; cvt.rzi.s32.f32 %r1, %f1;", 0x7FFFFFFFu)]
    [TestCase("mov.u32 %r2, 0x01000001; cvt.rn.f32.u32 %f1, %r2; mov.b32 %r1, %f1;", 0x4B800000u)]
    [TestCase(
        "mov.f32 %f1, 0f3F800000; mov.f32 %f2, 0f40000000; cvt.rn.bf16x2.f32 %r1, %f1, %f2;",
        0x3F804000u
    )]
    [TestCase("mov.f32 %f1, 0f40400000; sqrt.rn.f32 %f2, %f1; mov.b32 %r1, %f2;", 0x3FDDB3D7u)]
    [TestCase("mov.u32 %r2, 3; shfl.sync.bfly.b32 %r1, %r9, 5, 31, -1;", 5u)]
    [TestCase("setp.lt.u32 %p1, %r9, 4; vote.sync.ballot.b32 %r1, %p1, -1;", 15u)]
    [TestCase("redux.sync.add.s32 %r1, %r9, -1;", 496u)]
    [TestCase(Wide + "add.cc.u32 %r4, %r2, %r3; addc.u32 %r1, 5, 6;", 12u)]
    [TestCase(Wide + "sub.cc.u32 %r4, %r3, %r2; subc.u32 %r1, 5, 1;", 3u)]
    [TestCase(Wide + "mad.lo.cc.u32 %r4, %r2, 1, %r3; madc.hi.u32 %r1, %r2, %r2, 0;", 0xFFFFFFFFu)]
    [TestCase(Wide + "mul24.lo.u32 %r1, %r2, 2;", 0x1FFFFFEu)]
    [TestCase("mov.u32 %r2, -3; mul24.lo.s32 %r1, %r2, 2;", 0xFFFFFFFAu)]
    [TestCase("mov.u32 %r2, 0xFFFFFF; mul24.hi.u32 %r1, %r2, %r2;", 0xFFFFFE00u)]
    [TestCase("mov.u32 %r2, 0xFF020304; dp4a.s32.s32 %r1, %r2, 0x01010101, 1;", 9u)]
    [TestCase("mov.u32 %r2, 0xFF020304; dp4a.u32.u32 %r1, %r2, 0x01010101, 1;", 265u)]
    [TestCase("mov.u32 %r2, 0xFFFF0003; dp2a.hi.s32.s32 %r1, %r2, 0x02030000, 0;", 7u)]
    [TestCase("mov.u32 %r2, 7; sad.u32 %r1, %r2, 10, 1;", 4u)]
    [TestCase("mov.u32 %r2, 0x12345678; prmt.b32.rc8 %r1, %r2, 0, 2;", 0x34343434u)]
    [TestCase("mov.u32 %r2, 0x80; prmt.b32 %r1, %r2, 0, 0x4448;", 0x000000FFu)]
    [TestCase("mov.u32 %r2, 1; mov.u32 %r3, 2; slct.u32.s32 %r1, %r2, %r3, -1;", 2u)]
    [TestCase("mov.f32 %f1, 0f80000000; slct.u32.f32 %r1, 4, 5, %f1;", 4u)]
    [TestCase("mov.f32 %f1, 0f3F800000; set.lt.u32.f32 %r1, %f1, 0f40000000;", 0xFFFFFFFFu)]
    [TestCase("set.eq.f32.s32 %f1, 3, 3; mov.b32 %r1, %f1;", 0x3F800000u)]
    [TestCase(
        "mov.f32 %f1, 0f00000001; testp.subnormal.f32 %p1, %f1; selp.u32 %r1, 1, 0, %p1;",
        1u
    )]
    [TestCase(
        "mov.f32 %f1, 0fBF800000; copysign.f32 %f2, %f1, 0f40000000; mov.b32 %r1, %f2;",
        0xC0000000u
    )]
    [TestCase(
        "mov.f32 %f1, 0f00000001; setp.eq.ftz.f32 %p1, %f1, 0f00000000; selp.u32 %r1, 1, 0, %p1;",
        1u
    )]
    [TestCase("mov.f32 %f1, 0f7FC00000; setp.ne.f32 %p1, %f1, %f1; selp.u32 %r1, 1, 0, %p1;", 0u)]
    [TestCase("mov.f32 %f1, 0f7FC00000; setp.neu.f32 %p1, %f1, %f1; selp.u32 %r1, 1, 0, %p1;", 1u)]
    [TestCase("setp.lt.s32 %p1|%p2, -1, 1; selp.u32 %r1, 1, 2, %p2;", 2u)]
    [TestCase(
        "mov.f32 %f1, 0f7FC00000; min.f32 %f3, %f1, 0f40000000; mov.b32 %r1, %f3;",
        0x40000000u
    )]
    [TestCase("mov.f32 %f1, 0f80000000; max.f32 %f3, %f1, 0f00000000; mov.b32 %r1, %f3;", 0u)]
    [TestCase("mov.f32 %f1, 0f7F800000; mul.sat.f32 %f2, %f1, 0f00000000; mov.b32 %r1, %f2;", 0u)]
    [TestCase(
        "mov.f32 %f1, 0f3F800001; fma.rz.f32 %f2, %f1, %f1, 0f00000000; mov.b32 %r1, %f2;",
        0x3F800002u
    )]
    [TestCase(
        "mov.f32 %f1, 0f3F800001; fma.rp.f32 %f2, %f1, %f1, 0f00000000; mov.b32 %r1, %f2;",
        0x3F800003u
    )]
    [TestCase(
        "mov.f32 %f1, 0f40400000; div.rn.f32 %f2, 0f3F800000, %f1; mov.b32 %r1, %f2;",
        0x3EAAAAABu
    )]
    [TestCase("mov.f32 %f1, 0f40400000; rcp.rz.f32 %f2, %f1; mov.b32 %r1, %f2;", 0x3EAAAAAAu)]
    [TestCase("div.approx.f32 %f1, 0f3F800000, 0f7F000000; mov.b32 %r1, %f1;", 0u)]
    [TestCase("mov.f32 %f2, 0f80000001; neg.ftz.f32 %f1, %f2; mov.b32 %r1, %f1;", 0u)]
    [TestCase(
        "mov.f64 %fd1, 0d3FF0000000000001; add.rp.f64 %fd2, %fd1, 0d0000000000000001;"
            + " mov.b64 {%r1, %r2}, %fd2;",
        2u
    )]
    [TestCase("ex2.approx.ftz.f32 %f1, 0fFF800000; mov.b32 %r1, %f1;", 0u)]
    [TestCase("lg2.approx.f32 %f1, 0f00000000; mov.b32 %r1, %f1;", 0xFF800000u)]
    [TestCase("mov.u32 %r2, 300; cvt.sat.u8.u32 %r1, %r2;", 255u)]
    [TestCase("mov.u32 %r2, 0x180; cvt.s32.s8 %r1, %r2;", 0xFFFFFF80u)]
    [TestCase("mov.f32 %f1, 0f40200000; cvt.rpi.u32.f32 %r1, %f1;", 3u)]
    [TestCase("mov.f32 %f1, 0fC0200000; cvt.rmi.s32.f32 %r1, %f1;", 0xFFFFFFFDu)]
    [TestCase(
        "mov.u64 %rd2, 0xFFFFFF7FFFFFFFFF; cvt.rn.f32.u64 %f1, %rd2; mov.b32 %r1, %f1;",
        0x5F7FFFFFu
    )]
    [TestCase(
        "mov.f64 %fd1, 0d3FF0000010000000; cvt.rn.f32.f64 %f1, %fd1; mov.b32 %r1, %f1;",
        0x3F800000u
    )]
    [TestCase("shr.u32 %r2, %r9, 3; match.any.sync.b32 %r1, %r2, -1;", 255u)]
    [TestCase("match.all.sync.b32 %r1|%p1, %r9, -1; selp.u32 %r1, 7, %r1, %p1;", 0u)]
    [TestCase("elect.sync %r1|%p1, -1; selp.u32 %r1, 9, 1, %p1;", 9u)]
    [TestCase("shfl.sync.down.b32 %r1|%p1, %r9, 3, 31, -1; selp.u32 %r1, %r1, 99, %p1;", 3u)]
    [TestCase("shfl.sync.up.b32 %r1|%p1, %r9, 1, 0, -1; selp.u32 %r1, %r1, 99, %p1;", 99u)]
    [TestCase("redux.sync.min.s32 %r1, -5, -1;", 0xFFFFFFFBu)]
    [TestCase("setp.lt.u32 %p1, %r9, 7; bar.red.popc.u32 %r1, 0, %p1;", 7u)]
    [TestCase(
        "setp.lt.u32 %p1, %r9, 32; bar.red.and.pred %p2, 0, !%p1; selp.u32 %r1, 1, 0, %p2;",
        0u
    )]
    [TestCase("isspacep.global %p1, %rd9; selp.u32 %r1, 1, 0, %p1;", 1u)]
    [TestCase("mov.u32 %r2, 0x11; fns.b32 %r1, %r2, 0, 2;", 4u)]
    [TestCase("@%p1 bra over; over: mov.u32 %r1, WARP_SZ;", 32u)]
    public void Gives(string body, uint expected) =>
        Assert.That(PtxBench.Word(body), Is.EqualTo(expected));

    [TestCase("frob.b32 %r1, %r2;", "frob.b32")]
    [TestCase("add.frob.s32 %r1, %r2, 1;", "add.frob.s32")]
    [TestCase("mov.u32 %r99, 1;", "%r99")]
    [TestCase("bra nowhere;", "nowhere")]
    [TestCase("wgmma.fence.sync.aligned;", "wgmma.fence.sync.aligned")]
    public void RefusesWithLineAndToken(string body, string token)
    {
        CudaException? error = Assert.Throws<CudaException>(() =>
            PtxBench.Run(PtxBench.Wrap(body))
        );
        Assert.That(error!.InnerException, Is.InstanceOf<PtxException>());
        var inner = (PtxException)error.InnerException!;
        Assert.That((inner.Token, inner.Line), Is.EqualTo((token, 17)));
    }

    [Test]
    public void DivergedLanesMeetAgain()
    {
        const string Body = """
            setp.lt.u32 %p1, %r9, 10;
            @%p1 bra low;
            mov.u32 %r1, 2;
            bra join;
            low: mov.u32 %r1, 1;
            join: activemask.b32 %r2;
            st.global.v2.u32 [%rd1], {%r1, %r2};
            """;
        (ulong[] values, LaunchReport report) = PtxBench.Run(PtxBench.Wrap(Body));
        Assert.That(report.Counters.DivergentBranches, Is.EqualTo(1));
        Assert.That(values[9], Is.EqualTo(0xFFFFFFFF00000001));
        Assert.That(values[10], Is.EqualTo(0xFFFFFFFF00000002));
    }
}

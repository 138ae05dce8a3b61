using Robustness.Emulator;
using Robustness.Interop;

namespace Robustness.Tests;

/// <summary>Instructions against exact values.</summary>
internal sealed class InstructionTests
{
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

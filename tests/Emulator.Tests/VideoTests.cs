namespace Robustness.Tests;

/// <summary>Video instructions, clamped and packed integers against exact values.</summary>
internal sealed class VideoTests
{
    private const string Words = "mov.u32 %r2, 0x80FF017F; mov.u32 %r3, 0x7F02FF01; ";

    [TestCase("vadd.s32.u32.u32 %r1, %r2.b2, %r3.b1;", 510u)]
    [TestCase("vadd.s32.s32.s32 %r1, %r2.b2, %r3.b1;", 0xFFFFFFFEu)]
    [TestCase("vadd.u32.u32.u32.sat %r1, %r2, %r2;", 0xFFFFFFFFu)]
    [TestCase("vsub.s32.s32.s32.sat %r1, %r2, %r3;", 0x80000000u)]
    [TestCase("vsub.u32.u32.u32.sat %r1, %r3.b0, %r3.b2;", 0u)]
    [TestCase("vabsdiff.u32.s32.s32 %r1, %r2.h1, %r3.h1;", 65027u)]
    [TestCase("vabsdiff.u32.u32.u32.add %r1, %r2.b0, %r3.b0, 1000;", 1126u)]
    [TestCase("vmin.s32.s32.s32 %r1, %r2.h0, %r3.h0;", 0xFFFFFF01u)]
    [TestCase("vmax.u32.u32.u32 %r1, %r2.h0, %r3.h0;", 0xFF01u)]
    [TestCase("vmax.s32.s32.s32.min %r1, %r2.b3, %r3.b3, 5;", 5u)]
    [TestCase("vadd.u32.u32.u32 %r1.b1, %r2.b0, %r3.b0, 0xAABBCCDD;", 0xAABB80DDu)]
    [TestCase("vadd.u32.u32.u32.sat %r1.b3, %r2.b2, %r3.b1, 0;", 0xFF000000u)]
    [TestCase("vshl.u32.u32.u32.clamp %r1, %r2, 33;", 0u)]
    [TestCase("vshl.u32.u32.u32.wrap %r1, %r2, 33;", 0x01FE02FEu)]
    [TestCase("vshr.s32.s32.u32.wrap %r1, %r2.h1, 4;", 0xFFFFF80Fu)]
    [TestCase("vset.s32.s32.lt %r1, %r2, %r3;", 1u)]
    [TestCase("vset.u32.u32.lt.add %r1, %r2, %r3, 4;", 4u)]
    [TestCase("vmad.s32.s32.s32 %r1, %r2.b2, %r3.b0, 10;", 9u)]
    [TestCase("vmad.u32.u32.u32.shr7 %r1, %r2.b0, %r3.b3, 0;", 126u)]
    [TestCase("vadd4.u32.u32.u32 %r1, %r2, %r3, 0;", 0xFF010080u)]
    [TestCase("vadd4.s32.s32.s32.sat %r1, %r2, %r3, 0;", 0xFF01007Fu)]
    [TestCase("vadd4.u32.u32.u32.add %r1, %r2, %r3, 1;", 897u)]
    [TestCase("vsub4.u32.u32.u32 %r1, %r2, %r3, 0;", 0x01FD027Eu)]
    [TestCase("vavrg4.u32.u32.u32 %r1, %r2, %r3, 0;", 0x80818040u)]
    [TestCase("vabsdiff4.u32.u32.u32 %r1, %r2, %r3, 0;", 0x01FDFE7Eu)]
    [TestCase("vabsdiff4.u32.u32.u32.add %r1, %r2, %r3, 2;", 636u)]
    [TestCase("vmin4.s32.s32.s32 %r1, %r2, %r3, 0;", 0x80FFFF01u)]
    [TestCase("vmax4.u32.u32.u32 %r1.b10, %r2, %r3, 0xAABBCCDD;", 0xAABBFF7Fu)]
    [TestCase("vset4.u32.u32.gt %r1, %r2, %r3, 0;", 0x01010001u)]
    [TestCase("vset4.u32.u32.gt.add %r1, %r2, %r3, 0;", 3u)]
    [TestCase("vadd2.u32.u32.u32 %r1, %r2, %r3, 0;", 0x00010080u)]
    [TestCase("vadd2.u32.u32.u32 %r1, %r2.h01, %r3, 0;", 0x80818000u)]
    [TestCase("vmax2.s32.s32.s32 %r1, %r2, %r3, 0;", 0x7F02017Fu)]
    public void Video(string code, uint expected) =>
        Assert.That(PtxBench.Word(Words + code), Is.EqualTo(expected));

    [TestCase("add.sat.s32 %r1, %r2, %r3;", 0x00020080u)]
    [TestCase("add.sat.s32 %r1, 0x7FFFFFFF, 1;", 0x7FFFFFFFu)]
    [TestCase("sub.sat.s32 %r1, 0x80000000, 1;", 0x80000000u)]
    [TestCase("mad.hi.sat.s32 %r1, 0x40000000, 8, 0x7FFFFFFF;", 0x7FFFFFFFu)]
    [TestCase("mad24.hi.sat.s32 %r1, 0x7FFFFF, 0x7FFFFF, 0x7FFFFFFF;", 0x7FFFFFFFu)]
    [TestCase("mad24.lo.u32 %r1, 0xFF000003, 5, 7;", 22u)]
    [TestCase("mad24.hi.s32 %r1, -1, 1, 7;", 6u)]
    [TestCase("add.u16x2 %r1, %r2, %r3;", 0x00010080u)]
    [TestCase("min.s16x2 %r1, %r2, %r3;", 0x80FFFF01u)]
    [TestCase("max.u16x2 %r1, %r2, %r3;", 0x80FFFF01u)]
    [TestCase("max.s16x2.relu %r1, 0x8000FFFF, 0x80010003;", 0x00000003u)]
    [TestCase("min.s32.relu %r1, -5, 7;", 0u)]
    [TestCase("max.s32.relu %r1, -5, -7;", 0u)]
    public void Clamped(string code, uint expected) =>
        Assert.That(PtxBench.Word(Words + code), Is.EqualTo(expected));
}

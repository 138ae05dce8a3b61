namespace Robustness.Tests;

/// <summary>Comparisons of halves and pairs, transposed tiles, coarse reciprocals.</summary>
internal sealed class HalfCompareTests
{
    // Pairs: (2, 1) and (1, 1) in f16, then in bf16.
    private const string Pairs =
        "mov.b32 %r2, 0x40003C00; mov.b32 %r3, 0x3C003C00;"
        + " mov.b32 %r4, 0x40003F80; mov.b32 %r5, 0x3F803F80; ";
    private const string Both =
        " selp.u32 %r6, 1, 0, %p1; selp.u32 %r7, 2, 0, %p2; or.b32 %r1, %r6, %r7;";

    [TestCase("setp.eq.f16x2 %p1|%p2, %r2, %r3;" + Both, 1u)]
    [TestCase("setp.gt.f16x2 %p1|%p2, %r2, %r3;" + Both, 2u)]
    [TestCase("setp.le.bf16x2 %p1|%p2, %r4, %r5;" + Both, 1u)]
    [TestCase("setp.ge.bf16x2 %p1|%p2, %r4, %r5;" + Both, 3u)]
    [TestCase("setp.nan.f16x2 %p1|%p2, 0x7E003C00, %r3;" + Both, 2u)]
    [TestCase("setp.eq.ftz.f16x2 %p1|%p2, 0x00013C00, 0x80023C00;" + Both, 3u)]
    [TestCase("set.eq.f16x2.f16x2 %r1, %r2, %r3;", 0x00003C00u)]
    [TestCase("set.gt.u32.f16x2 %r1, %r2, %r3;", 0xFFFF0000u)]
    [TestCase("set.ge.bf16x2.bf16x2 %r1, %r4, %r5;", 0x3F803F80u)]
    [TestCase("set.gt.u32.bf16x2 %r1, %r4, %r5;", 0xFFFF0000u)]
    [TestCase(
        "mov.b16 %rs1, 0x3C00; set.eq.f16.f16 %rs2, %rs1, %rs1; cvt.u32.u16 %r1, %rs2;",
        0x3C00u
    )]
    [TestCase(
        "mov.b16 %rs1, 0x3C00; set.eq.u16.f16 %rs2, %rs1, %rs1; cvt.u32.u16 %r1, %rs2;",
        0xFFFFu
    )]
    [TestCase("min.xorsign.abs.f16x2 %r1, 0xC0003C00, 0x3C00C000;", 0xBC00BC00u)]
    [TestCase("neg.ftz.f16x2 %r1, 0x00018001;", 0x80000000u)]
    public void Halves(string code, uint expected) =>
        Assert.That(PtxBench.Word(Pairs + code), Is.EqualTo(expected));

    [TestCase("min.xorsign.abs.f32 %f1, 0fC0400000, 0f40000000;", 0xC0000000u)]
    [TestCase("max.xorsign.abs.f32 %f1, 0fC0400000, 0fC0000000;", 0x40400000u)]
    [TestCase("max.NaN.xorsign.abs.f32 %f1, 0f7FC00000, 0fC0000000;", 0x7FFFFFFFu)]
    [TestCase("mul.ftz.f32 %f1, 0f00800000, 0fBF000000;", 0x80000000u)]
    [TestCase("add.ftz.f32 %f1, 0f80000001, 0f80000001;", 0x80000000u)]
    [TestCase("fma.rn.ftz.f32 %f1, 0f3F800000, 0f3F800000, 0f00000001;", 0x3F800000u)]
    [TestCase("sub.ftz.f32 %f1, 0f00800001, 0f00800000;", 0u)]
    [TestCase("div.rn.ftz.f32 %f1, 0f00800000, 0f40000000;", 0u)]
    [TestCase("div.rn.f32 %f1, 0f00800000, 0f40000000;", 0x00400000u)]
    [TestCase("sqrt.rn.f32 %f1, 0fBF800000;", 0x7FFFFFFFu)]
    [TestCase("sqrt.rn.ftz.f32 %f1, 0f80000001;", 0x80000000u)]
    [TestCase("max.f32 %f1, 0f80000000, 0f00000000;", 0u)]
    [TestCase("min.f32 %f1, 0f00000000, 0f80000000;", 0x80000000u)]
    [TestCase("min.f32 %f1, 0f7FC00000, 0fFFC00000;", 0x7FFFFFFFu)]
    [TestCase("max.ftz.f32 %f1, 0f00000001, 0f80000001;", 0u)]
    [TestCase("cvt.rn.ftz.f32.f64 %f1, 0d36A0000000000000;", 0u)]
    [TestCase("cvt.rn.f32.f64 %f1, 0d36A0000000000000;", 1u)]
    public void Singles(string code, uint expected) =>
        Assert.That(PtxBench.Word(code + " mov.b32 %r1, %f1;"), Is.EqualTo(expected));

    [TestCase("rcp.approx.ftz.f64 %fd1, 0d4008000000000001;", 0x3FD5555500000000u)]
    [TestCase("rcp.approx.ftz.f64 %fd1, 0d0000000000000001;", 0x7FF0000000000000u)]
    [TestCase("rcp.approx.ftz.f64 %fd1, 0d8000000000000000;", 0xFFF0000000000000u)]
    [TestCase("rcp.approx.ftz.f64 %fd1, 0d7FD0000000000001;", 0x0010000000000000u)]
    [TestCase("rsqrt.approx.ftz.f64 %fd1, 0d4010000000000001;", 0x3FE0000000000000u)]
    [TestCase("rsqrt.approx.ftz.f64 %fd1, 0d0000000000000001;", 0x7FF0000000000000u)]
    [TestCase("rsqrt.approx.f64 %fd1, 0d4010000000000000;", 0x3FE0000000000000u)]
    public void CoarseDoubles(string code, ulong expected)
    {
        (ulong[] values, _) = PtxBench.Run(PtxBench.Wrap(code + " st.global.f64 [%rd1], %fd1;"));
        Assert.That(values[0], Is.EqualTo(expected));
    }

    [TestCase("0f00000000", "normal", 1u)]
    [TestCase("0f80000000", "normal", 1u)]
    [TestCase("0f00000001", "normal", 0u)]
    [TestCase("0f7F800000", "normal", 0u)]
    [TestCase("0f7F800000", "number", 1u)]
    [TestCase("0f7FC00000", "number", 0u)]
    [TestCase("0f7FC00000", "notanumber", 1u)]
    [TestCase("0fFF800000", "infinite", 1u)]
    [TestCase("0f7F7FFFFF", "finite", 1u)]
    [TestCase("0f00000000", "subnormal", 0u)]
    public void Classes(string value, string name, uint expected)
    {
        string code = $"mov.f32 %f1, {value}; testp.{name}.f32 %p1, %f1; selp.u32 %r1, 1, 0, %p1;";
        Assert.That(PtxBench.Word(code), Is.EqualTo(expected));
    }

    [Test]
    public void MovmatrixTransposes()
    {
        // Lane l holds elements 2l and 2l + 1 of the matrix, row by row.
        const string Body = """
            mad.lo.u32 %r2, %r9, 0x20002, 0x10000;
            movmatrix.sync.aligned.m8n8.trans.b16 %r3, %r2;
            st.global.u64 [%rd1], 0;
            st.global.u32 [%rd1], %r3;
            """;
        (ulong[] values, _) = PtxBench.Run(PtxBench.Wrap(Body));
        for (int lane = 0; lane < 32; lane++)
        {
            int row = lane >> 2;
            int column = 2 * (lane & 3);
            ulong low = (ulong)((8 * column) + row);
            Assert.That(values[lane], Is.EqualTo(low | ((low + 8) << 16)));
        }
    }

    [Test]
    public void ASleeperLetsTheOtherWarpsGoFirst()
    {
        const string Body = """
            .shared .align 4 .b32 flag[1];
            mov.u32 %r2, flag;
            setp.eq.u32 %p1, %r9, 0;
            @%p1 st.shared.u32 [%r2], 0;
            bar.sync 0;
            setp.ge.u32 %p2, %r9, 32;
            @%p2 bra wake;
            again: nanosleep.u32 100;
            ld.volatile.shared.u32 %r3, [%r2];
            setp.ne.u32 %p3, %r3, 1;
            @%p3 bra again;
            mov.u32 %r4, %clock;
            st.global.u64 [%rd1], %rd1;
            st.global.u32 [%rd1], %r4;
            bra done;
            wake: setp.eq.u32 %p4, %r9, 32;
            @%p4 st.volatile.shared.u32 [%r2], 1;
            done:
            """;
        (ulong[] values, var report) = PtxBench.Run(PtxBench.Wrap(Body), threads: 64);
        Assert.That(report.Faults, Is.Empty);
        Assert.That((uint)values[0], Is.LessThan(100u));
    }
}

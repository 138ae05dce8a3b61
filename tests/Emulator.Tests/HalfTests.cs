using Robustness.Emulator;

namespace Robustness.Tests;

/// <summary>f16, bf16 and tf32: arithmetic and conversions against exact values.</summary>
internal sealed class HalfTests
{
    private static string Load(string a, string b, string c) =>
        $"mov.b32 %r2, 0x{a}; mov.b32 %r3, 0x{b}; mov.b32 %r4, 0x{c}; ";

    // Operands as pairs; each half is computed apart.
    [TestCase("add.rn.bf16x2 %r1, %r2, %r3;", "3F803F80", "3B803C00", "0", 0x3F803F81u)]
    [TestCase("sub.bf16x2 %r1, %r2, %r3;", "40003F80", "3F803F80", "0", 0x3F800000u)]
    [TestCase("fma.rn.bf16x2 %r1, %r2, %r3, %r4;", "40404040", "40004000", "3F80BF80", 0x40E040A0u)]
    [TestCase("fma.rn.relu.bf16x2 %r1, %r2, %r3, %r4;", "40404040", "C0004000", "0", 0x000040C0u)]
    [TestCase("max.bf16x2 %r1, %r2, %r3;", "7FC03F80", "3F80BF80", "0", 0x3F803F80u)]
    [TestCase("max.NaN.bf16x2 %r1, %r2, %r3;", "7FC03F80", "3F80BF80", "0", 0x7FFF3F80u)]
    [TestCase("min.bf16x2 %r1, %r2, %r3;", "00008000", "80000000", "0", 0x80008000u)]
    [TestCase("neg.bf16x2 %r1, %r2;", "3F80BF80", "0", "0", 0xBF803F80u)]
    [TestCase("abs.f16x2 %r1, %r2;", "BC003C00", "0", "0", 0x3C003C00u)]
    [TestCase("add.f16x2 %r1, %r2, %r3;", "3C003C00", "10001400", "0", 0x3C003C01u)]
    [TestCase("mul.ftz.f16x2 %r1, %r2, %r3;", "00013C00", "3C003C00", "0", 0x00003C00u)]
    [TestCase("fma.rn.sat.f16x2 %r1, %r2, %r3, %r4;", "4000C000", "40004000", "0", 0x3C000000u)]
    [TestCase("mul.f16x2 %r1, %r2, %r3;", "7BFF0001", "40003800", "0", 0x7C000000u)]
    [TestCase("ex2.approx.f16x2 %r1, %r2;", "40004200", "0", "0", 0x44004800u)]
    public void Arithmetic(string code, string a, string b, string c, uint expected) =>
        Assert.That(PtxBench.Word(Load(a, b, c) + code), Is.EqualTo(expected));

    [TestCase("cvt.rn.bf16.f32", 0x3F808000u, 0x3F80u)] // tie to even
    [TestCase("cvt.rn.bf16.f32", 0x3F818000u, 0x3F82u)]
    [TestCase("cvt.rn.bf16.f32", 0x7F7FFFFFu, 0x7F80u)]
    [TestCase("cvt.rn.bf16.f32", 0xFFC00001u, 0x7FFFu)]
    [TestCase("cvt.rz.bf16.f32", 0x3F80FFFFu, 0x3F80u)]
    [TestCase("cvt.rn.relu.bf16.f32", 0xBF800000u, 0u)]
    [TestCase("cvt.rn.f16.f32", 0x3F801000u, 0x3C00u)]
    [TestCase("cvt.rn.f16.f32", 0x3F803000u, 0x3C02u)]
    [TestCase("cvt.rz.f16.f32", 0x477FFF00u, 0x7BFFu)]
    [TestCase("cvt.rp.f16.f32", 0x33000000u, 0x0001u)]
    [TestCase("cvt.rm.f16.f32", 0xB3000000u, 0x8001u)]
    [TestCase("cvt.rn.f16.f32", 0x477FF000u, 0x7C00u)]
    public void NarrowsFromSingle(string code, uint value, uint expected) =>
        Assert.That(
            PtxBench.Word($"mov.b32 %f1, 0x{value:X}; {code} %rs1, %f1; cvt.u32.u16 %r1, %rs1;"),
            Is.EqualTo(expected)
        );

    [TestCase("cvt.f32.bf16", 0xBF80, 0xBF800000u)]
    [TestCase("cvt.f32.f16", 0x0001, 0x33800000u)]
    [TestCase("cvt.f32.f16", 0xFC00, 0xFF800000u)]
    [TestCase("cvt.f32.f16", 0x7E01, 0x7FFFFFFFu)]
    public void WidensToSingle(string code, int value, uint expected) =>
        Assert.That(
            PtxBench.Word($"mov.u16 %rs1, {value}; {code} %f1, %rs1; mov.b32 %r1, %f1;"),
            Is.EqualTo(expected)
        );

    [TestCase("cvt.rna.tf32.f32", 0x3F801000u, 0x3F802000u)]
    [TestCase("cvt.rna.tf32.f32", 0x3F800FFFu, 0x3F800000u)]
    [TestCase("cvt.rn.tf32.f32", 0x3F801000u, 0x3F800000u)]
    public void TensorFloat(string code, uint value, uint expected) =>
        Assert.That(
            PtxBench.Word($"mov.b32 %f1, 0x{value:X}; {code} %r1, %f1;"),
            Is.EqualTo(expected)
        );

    [Test]
    public void EveryHalfSurvivesTheTripThroughSingle()
    {
        const string Body = """
            mov.u32 %r5, 0;
            mov.u32 %r7, 0;
            again: shl.b32 %r6, %r5, 5;
            add.u32 %r6, %r6, %r9;
            cvt.u16.u32 %rs1, %r6;
            cvt.f32.f16 %f1, %rs1;
            cvt.rn.f16.f32 %rs2, %f1;
            setp.neu.f32 %p2, %f1, %f1;
            setp.ne.and.u16 %p1, %rs1, %rs2, !%p2;
            @%p1 add.u32 %r7, %r7, 1;
            cvt.f32.bf16 %f1, %rs1;
            cvt.rn.bf16.f32 %rs2, %f1;
            setp.neu.f32 %p2, %f1, %f1;
            setp.ne.and.u16 %p1, %rs1, %rs2, !%p2;
            @%p1 add.u32 %r7, %r7, 1;
            add.u32 %r5, %r5, 1;
            setp.lt.u32 %p1, %r5, 2048;
            @%p1 bra again;
            st.global.u64 [%rd1], 0;
            st.global.u32 [%rd1], %r7;
            """;
        (ulong[] values, LaunchReport report) = PtxBench.Run(PtxBench.Wrap(Body));
        Assert.That(report.Faults, Is.Empty);
        Assert.That(values, Has.All.EqualTo(0));
    }
}

using Robustness.Emulator;
using Robustness.Interop;

namespace Robustness.Tests;

/// <summary>Packed integers, 8-bit floats, tf32 limits, and forms that lack a modifier.</summary>
internal sealed class ConversionTests
{
    [TestCase("cvt.pack.sat.s16.s32 %r1, 40000, -40000;", 0x7FFF8000u)]
    [TestCase("cvt.pack.sat.u16.s32 %r1, -1, 70000;", 0x0000FFFFu)]
    [TestCase("cvt.pack.sat.u8.s32.b32 %r1, 300, -3, 0x1234;", 0x1234FF00u)]
    [TestCase("cvt.pack.sat.s8.s32.b32 %r1, 200, -200, 0xABCD0102;", 0x01027F80u)]
    [TestCase("cvt.pack.sat.u4.s32.b32 %r1, 16, 5, 0x123456;", 0x123456F5u)]
    [TestCase("cvt.pack.sat.s2.s32.b32 %r1, 5, -5, 0x1;", 0x00000016u)]
    [TestCase("cvt.rna.satfinite.tf32.f32 %r1, 0f7F7FFFFF;", 0x7F7FE000u)]
    [TestCase("cvt.rna.tf32.f32 %r1, 0f7F7FFFFF;", 0x7F800000u)]
    [TestCase("lop3.or.b32 %r1|%p1, 0xF0, 0xCC, 0xAA, 0x80, 0; selp.u32 %r1, 5, 6, %p1;", 5u)]
    [TestCase("lop3.and.b32 %r1|%p1, 0, 0, 0, 0x80, 1; selp.u32 %r1, 5, 6, %p1;", 6u)]
    [TestCase("lop3.or.b32 %r1|%p1, 0xF0, 0xCC, 0xAA, 0x96, 0;", 0x96u)]
    public void Packs(string code, uint expected) =>
        Assert.That(PtxBench.Word(code), Is.EqualTo(expected));

    [TestCase("e4m3x2", "0f3F800000", "0fBFC00000", 0x38BCu)] // 1, -1.5
    [TestCase("e4m3x2", "0f43E00000", "0f447A0000", 0x7E7Eu)] // 448, 1000
    [TestCase("e4m3x2", "0f7FC00000", "0fFF800000", 0x7FFEu)]
    [TestCase("e4m3x2", "0f3B000000", "0f3A800000", 0x0100u)] // least, half of it
    [TestCase("e4m3x2", "0f3F880000", "0f3F980000", 0x383Au)] // ties to even
    [TestCase("e5m2x2", "0f3F800000", "0fC0400000", 0x3CC2u)] // 1, -3
    [TestCase("e5m2x2", "0f47600000", "0f48000000", 0x7B7Bu)] // 57344, 131072
    [TestCase("e5m2x2", "0f37800000", "0f37000000", 0x0100u)]
    public void EncodesByteFloats(string type, string high, string low, uint expected)
    {
        string code = $"cvt.rn.satfinite.{type}.f32 %rs1, {high}, {low}; cvt.u32.u16 %r1, %rs1;";
        Assert.That(PtxBench.Word(code), Is.EqualTo(expected));
    }

    [TestCase("mov.b16 %rs1, 0x38BC; cvt.rn.f16x2.e4m3x2 %r1, %rs1;", 0x3C00BE00u)]
    [TestCase("mov.b16 %rs1, 0x7F01; cvt.rn.f16x2.e4m3x2 %r1, %rs1;", 0x7FFF1800u)]
    [TestCase("mov.b16 %rs1, 0xBC7E; cvt.rn.relu.f16x2.e4m3x2 %r1, %rs1;", 0x00005F00u)]
    [TestCase("mov.b16 %rs1, 0x7CC2; cvt.rn.f16x2.e5m2x2 %r1, %rs1;", 0x7C00C200u)]
    [TestCase("cvt.rn.satfinite.e4m3x2.f16x2 %rs1, 0x3C00BE00; cvt.u32.u16 %r1, %rs1;", 0x38BCu)]
    public void DecodesByteFloats(string code, uint expected) =>
        Assert.That(PtxBench.Word(code), Is.EqualTo(expected));

    [TestCase("mul.u32 %r1, %r2, %r3;")]
    [TestCase("mad.s32 %r1, %r2, %r3, %r4;")]
    [TestCase("fma.f32 %f1, %f2, %f3, %f4;")]
    [TestCase("div.f32 %f1, %f2, %f3;")]
    [TestCase("sqrt.f64 %fd1, %fd2;")]
    [TestCase("ex2.f32 %f1, %f2;")]
    [TestCase("cvt.s32.f32 %r1, %f1;")]
    [TestCase("cvt.rn.s32.f32 %r1, %f1;")]
    [TestCase("cvt.f32.s32 %f1, %r1;")]
    [TestCase("cvt.f32.f64 %f1, %fd1;")]
    [TestCase("cvt.f16.f32 %rs1, %f1;")]
    [TestCase("and.u32 %r1, %r2, %r3;")]
    [TestCase("popc.u32 %r1, %r2;")]
    [TestCase("setp.lt.b32 %p1, %r1, %r2;")]
    [TestCase("cvta.u64 %rd1, %rd2;")]
    [TestCase("getctarank.shared::cluster.u32 %r1, %r2;")]
    [TestCase("mapa.shared::cluster.u32 %r1, %r2, 0;")]
    [TestCase("barrier.cluster.arrive;")]
    [TestCase("add.u32 %r1.b0, %r2, %r3;")]
    [TestCase("activemask.b32 _;")]
    [TestCase("redux.sync.add.u32 _, %r2, -1;")]
    [TestCase("match.any.sync.b32 _, %r2, -1;")]
    [TestCase("add.cc.u32 _, %r2, %r3;")]
    [TestCase("mov.u32 _, %clock;")]
    [TestCase("set.lt.u32.s32;")]
    [TestCase("setp.lt.s32;")]
    public void RefusesAtLoad(string code)
    {
        CudaException? error = Assert.Throws<CudaException>(() =>
            PtxBench.Run(PtxBench.Wrap(code))
        );
        Assert.That(error!.InnerException, Is.InstanceOf<PtxException>());
        Assert.That(((PtxException)error.InnerException!).Line, Is.EqualTo(17));
    }
}

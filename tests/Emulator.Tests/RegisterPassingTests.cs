using Robustness.Emulator;
using Robustness.Interop;

namespace Robustness.Tests;

/// <summary>Functions with parameters in registers, and constant expressions.</summary>
internal sealed class RegisterPassingTests
{
    private const string Functions = """
        .func (.reg .b32 sum, .reg .b64 %wide) both (.reg .b32 a, .reg .b32 b)
        {
        .reg .pred %q<3>;
        setp.gt.u32 %q1, a, 100;
        mov.u32 sum, 7; mov.u64 %wide, 8;
        @%q1 ret;
        add.u32 sum, a, b;
        { .reg .b32 sum; mov.u32 sum, 99; cvt.u64.u32 %wide, b; ret; }
        }
        .func (.reg .u32 r) power (.reg .u32 x, .reg .u32 n)
        {
        .reg .pred %q<3>; .reg .u32 %m;
        setp.eq.u32 %q1, n, 0;
        mov.u32 r, 1;
        @!%q1 sub.u32 %m, n, 1;
        @!%q1 call (r), power, (x, %m);
        @!%q1 mul.lo.u32 r, r, x;
        }
        .func silent () { ret; }
        .func (.reg .f32 r) half (.reg .f32 x) { mul.f32 r, x, 0f3F000000; ret; }
        """;

    private static ulong[] Run(string body)
    {
        const string Store = "\nst.global.u64 [%rd1], %rd2;";
        (ulong[] values, LaunchReport report) = PtxBench.Run(
            PtxBench.Wrap(body + Store, Functions)
        );
        Assert.That(report.Faults, Is.Empty);
        return values;
    }

    [Test]
    public void TwoResultsOfTwoLanesPaths()
    {
        ulong[] values = Run(
            "mul.lo.u32 %r2, %r9, 10; call.uni (%r3, %rd3), both, (%r2, 5);"
                + " cvt.u32.u64 %r4, %rd3; mov.b64 %rd2, {%r3, %r4};"
        );
        Assert.That(values[3], Is.EqualTo((5UL << 32) | 35));
        Assert.That(values[11], Is.EqualTo((8UL << 32) | 7));
    }

    [Test]
    public void Recursion() =>
        Assert.That(
            Run("call (%r3), power, (3, %r9); cvt.u64.u32 %rd2, %r3;").Take(5),
            Is.EqualTo(new ulong[] { 1, 3, 9, 27, 81 })
        );

    [Test]
    public void NoValuesAndFloats() =>
        Assert.That(
            Run(
                "call silent; call silent, (); mov.u64 %rd2, 0;"
                    + " call (%f2), half, (0f40400000); cvt.rzi.u64.f32 %rd2, %f2;"
            )[0],
            Is.EqualTo(1)
        );

    [TestCase("call (%r3), power, (%r2);")]
    [TestCase("call (%r3), nobody, (5);")]
    [TestCase("call (%r3), power, (%p1, 2);")]
    public void RefusesOtherShapes(string code) =>
        Assert.That(
            () => PtxBench.Run(PtxBench.Wrap(code, Functions)),
            Throws.TypeOf<CudaException>()
        );

    [TestCase("mov.u32 %r1, (3 + 4) * 2;", 14u)]
    [TestCase("mov.u32 %r1, 3 + 4 * 2;", 11u)]
    [TestCase("mov.u32 %r1, ~5;", 0xFFFFFFFAu)]
    [TestCase("mov.u32 %r1, (1 << 4) | 3;", 19u)]
    [TestCase("mov.u32 %r1, (0xFF & 0x3C) ^ 1;", 0x3Du)]
    [TestCase("mov.u32 %r1, (100 - 1) / 2 >> 1;", 24u)]
    [TestCase("mov.u32 %r1, -(4);", 0xFFFFFFFCu)]
    [TestCase("add.u32 %r1, %r9, (2 * 3);", 6u)]
    public void Expressions(string code, uint expected) =>
        Assert.That(PtxBench.Word(code), Is.EqualTo(expected));
}

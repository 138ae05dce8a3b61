using Robustness.Emulator;

namespace Robustness.Tests;

/// <summary>Approximate functions within the ISA's bounds over 10^5 inputs, edges.</summary>
internal sealed class SpecialFunctionTests
{
    private const int Count = 100_352;
    private const int Threads = 512;

    /// <summary>Results of a one-operand instruction over all inputs.</summary>
    private static float[] Sweep(string code, float[] inputs)
    {
        string ptx = $$"""
            .version 7.8
            .target sm_80
            .address_size 64
            .visible .entry k(.param .u64 p)
            {
            .reg .b32 %r<6>; .reg .b64 %rd<4>; .reg .f32 %f<4>;
            ld.param.u64 %rd1, [p];
            mov.u32 %r1, %tid.x; mov.u32 %r2, %ctaid.x;
            mad.lo.u32 %r3, %r2, {{Threads}}, %r1;
            mul.wide.u32 %rd2, %r3, 4; add.s64 %rd3, %rd1, %rd2;
            ld.global.f32 %f1, [%rd3];
            {{code}} %f2, %f1;
            st.global.f32 [%rd3], %f2;
            ret;
            }
            """;
        float[] data = [.. inputs];
        LaunchReport report = PtxBench.RunBuffer(
            ptx,
            data,
            Threads,
            blocks: (uint)(inputs.Length / Threads)
        );
        Assert.That(report.Faults, Is.Empty);
        return data;
    }

    /// <summary>Evenly spread bit patterns of one sign between two numbers.</summary>
    private static float[] Between(float low, float high)
    {
        long from = BitConverter.SingleToUInt32Bits(low);
        long to = BitConverter.SingleToUInt32Bits(high);
        return
        [
            .. Enumerable
                .Range(0, Count)
                .Select(i =>
                    BitConverter.UInt32BitsToSingle((uint)(from + ((to - from) * i / (Count - 1))))
                ),
        ];
    }

    private static readonly TestCaseData[] Relative =
    [
        new("ex2.approx.f32", 1e-6f, 127f, (Func<double, double>)(x => Math.Pow(2, x)), -22.0),
        new("ex2.approx.f32", -1e-6f, -125f, (Func<double, double>)(x => Math.Pow(2, x)), -22.0),
        new("rcp.approx.f32", 1e-37f, 1e37f, (Func<double, double>)(x => 1 / x), -23.0),
        new(
            "rsqrt.approx.f32",
            1e-37f,
            1e38f,
            (Func<double, double>)(x => 1 / Math.Sqrt(x)),
            -22.9
        ),
        new("sqrt.approx.f32", 1e-37f, 1e38f, (Func<double, double>)Math.Sqrt, -23.0),
        new("tanh.approx.f32", 1e-6f, 20f, (Func<double, double>)Math.Tanh, -11.0),
    ];

    [TestCaseSource(nameof(Relative))]
    public void RelativeErrorIsWithinTheBound(
        string code,
        float low,
        float high,
        Func<double, double> exact,
        double bound
    )
    {
        float[] inputs = Between(low, high);
        float[] found = Sweep(code, inputs);
        double worst = inputs.Zip(found, (x, y) => Math.Abs((y - exact(x)) / exact(x))).Max();
        Assert.That(worst, Is.LessThanOrEqualTo(Math.Pow(2, bound)));
    }

    private static readonly TestCaseData[] Absolute =
    [
        new("sin.approx.f32", 1e-6f, 3.14159f, (Func<double, double>)Math.Sin, -20.5),
        new("sin.approx.f32", -1e-6f, -3.14159f, (Func<double, double>)Math.Sin, -20.5),
        new("cos.approx.f32", 1e-6f, 3.14159f, (Func<double, double>)Math.Cos, -20.5),
        new("lg2.approx.f32", 0.5f, 2f, (Func<double, double>)Math.Log2, -22.0),
    ];

    [TestCaseSource(nameof(Absolute))]
    public void AbsoluteErrorIsWithinTheBound(
        string code,
        float low,
        float high,
        Func<double, double> exact,
        double bound
    )
    {
        float[] inputs = Between(low, high);
        float[] found = Sweep(code, inputs);
        double worst = inputs.Zip(found, (x, y) => Math.Abs(y - exact(x))).Max();
        Assert.That(worst, Is.LessThanOrEqualTo(Math.Pow(2, bound)));
    }

    [TestCase("sqrt.rn.f32", 1e-44f, 3e38f)]
    [TestCase("rcp.rn.f32", 1e-37f, 3e38f)]
    public void RoundsToNearest(string code, float low, float high)
    {
        float[] inputs = Between(low, high);
        float[] found = Sweep(code, inputs);
        bool root = code.StartsWith("sqrt", StringComparison.Ordinal);
        float[] exact = [.. inputs.Select(x => root ? MathF.Sqrt(x) : 1f / x)];
        Assert.That(found, Is.EqualTo(exact));
    }

    private const uint NaN = 0x7FFFFFFF;
    private const uint Infinity = 0x7F800000;

    [TestCase("ex2.approx.f32", 0xFF800000u, 0u)]
    [TestCase("ex2.approx.f32", 0x80000000u, 0x3F800000u)]
    [TestCase("ex2.approx.f32", 0x7F800000u, Infinity)]
    [TestCase("ex2.approx.f32", 0x43000000u, Infinity)] // 128
    [TestCase("ex2.approx.f32", 0xC3160000u, 0x00000000u)] // -150
    [TestCase("ex2.approx.f32", 0xC3150000u, 0x00000001u)] // -149
    [TestCase("ex2.approx.ftz.f32", 0xC3150000u, 0u)]
    [TestCase("ex2.approx.f32", 0x7FC00000u, NaN)]
    [TestCase("lg2.approx.f32", 0x00000000u, 0xFF800000u)]
    [TestCase("lg2.approx.f32", 0x80000000u, 0xFF800000u)]
    [TestCase("lg2.approx.f32", 0xBF800000u, NaN)]
    [TestCase("lg2.approx.f32", 0x7F800000u, Infinity)]
    [TestCase("lg2.approx.f32", 0x00000001u, 0xC3150000u)]
    [TestCase("lg2.approx.ftz.f32", 0x00000001u, 0xFF800000u)]
    [TestCase("rcp.approx.f32", 0x80000000u, 0xFF800000u)]
    [TestCase("rcp.approx.f32", 0xFF800000u, 0x80000000u)]
    [TestCase("rcp.approx.ftz.f32", 0x80000001u, 0xFF800000u)]
    [TestCase("rcp.approx.ftz.f32", 0x7F000000u, 0x00000000u)] // 2^127
    [TestCase("rsqrt.approx.f32", 0x80000000u, 0xFF800000u)]
    [TestCase("rsqrt.approx.f32", 0xBF800000u, NaN)]
    [TestCase("rsqrt.approx.f32", 0x7F800000u, 0u)]
    [TestCase("sqrt.approx.f32", 0x80000000u, 0x80000000u)]
    [TestCase("sqrt.approx.f32", 0xBF800000u, NaN)]
    [TestCase("sin.approx.f32", 0x80000000u, 0x80000000u)]
    [TestCase("sin.approx.f32", 0x7F800000u, NaN)]
    [TestCase("cos.approx.f32", 0x00000000u, 0x3F800000u)]
    [TestCase("cos.approx.f32", 0xFF800000u, NaN)]
    [TestCase("tanh.approx.f32", 0x7F800000u, 0x3F800000u)]
    [TestCase("tanh.approx.f32", 0xFF800000u, 0xBF800000u)]
    [TestCase("tanh.approx.f32", 0x80000000u, 0x80000000u)]
    public void Edges(string code, uint input, uint expected) =>
        Assert.That(
            PtxBench.Word($"mov.b32 %f1, 0x{input:X8}; {code} %f2, %f1; mov.b32 %r1, %f2;"),
            Is.EqualTo(expected)
        );
}

using System.Numerics;
using Robustness.Emulator;

namespace Robustness.Tests;

/// <summary>
/// Roundings of f32 and f64 against exact integers: operands are whole numbers times a power of
/// two, so that sums and products are exact in BigInteger.
/// </summary>
internal sealed class DoubleTests
{
    private static double Whole(ulong number, bool single)
    {
        long bits = (long)(number >> (single ? 40 : 11)) * ((number & 1) == 0 ? 1 : -1);
        return bits * (double)(1L << (int)(number >> 1 & 7));
    }

    /// <summary>The exact value rounded to 24 or 53 bits in a direction.</summary>
    private static double Round(BigInteger exact, string direction, int precision)
    {
        int excess = Math.Max(0, (int)BigInteger.Abs(exact).GetBitLength() - precision);
        BigInteger unit = BigInteger.One << excess;
        BigInteger low = exact / unit * unit;
        low -= low > exact ? unit : 0;
        BigInteger rest = exact - low;
        bool up = direction switch
        {
            "rm" => false,
            "rp" => rest > 0,
            "rz" => exact < 0 && rest > 0,
            _ => (2 * rest > unit) || (2 * rest == unit && !(low / unit).IsEven),
        };
        return (double)(up ? low + unit : low);
    }

    [FsCheck.NUnit.Property(MaxTest = 40)]
    public void ArithmeticRoundsTheExactResult(ulong first, ulong second, ulong third)
    {
        foreach (bool single in new[] { true, false })
        {
            double a = Whole(first, single);
            double b = Whole(second, single);
            double c = Whole(third, single);
            int precision = single ? 24 : 53;
            foreach (string direction in new[] { "rn", "rz", "rm", "rp" })
            {
                var (x, y, z) = (new BigInteger(a), new BigInteger(b), new BigInteger(c));
                (string Code, BigInteger Exact)[] cases =
                [
                    ("add", x + y),
                    ("sub", x - y),
                    ("mul", x * y),
                    ("fma", (x * y) + z),
                ];
                foreach ((string code, BigInteger exact) in cases)
                {
                    double found = Run($"{code}.{direction}", single, [a, b, c]);
                    double expected = Round(exact, direction, precision);
                    Assert.That(found, Is.EqualTo(expected), $"{code}.{direction} {a} {b} {c}");
                }
            }
        }
    }

    // Products, sums and quotients whose error is itself too small for a double.
    [TestCase("mul.rz.f64 %fd4, 0d3FEFFFFFFFFFFFFF, 0d0000000000000002;", 0x0000000000000001ul)]
    [TestCase("mul.rp.f64 %fd4, 0d0000000000000001, 0d0000000000000001;", 0x0000000000000001ul)]
    [TestCase("mul.rm.f64 %fd4, 0d0000000000000001, 0d0000000000000001;", 0x0000000000000000ul)]
    [TestCase("mul.rm.f64 %fd4, 0d3FFA4521C93CC0C4, 0d8000000000000002;", 0x8000000000000004ul)]
    [TestCase("mul.rz.f64 %fd4, 0d7FEFFFFFFFFFFFFF, 0d4000000000000000;", 0x7FEFFFFFFFFFFFFFul)]
    [TestCase("mul.rp.f64 %fd4, 0d7FEFFFFFFFFFFFFF, 0dC000000000000000;", 0xFFEFFFFFFFFFFFFFul)]
    [TestCase(
        "fma.rp.f64 %fd4, 0d0000000000000001, 0dBFE8000000000000, 0d0000000000000001;",
        0x0000000000000001ul
    )]
    [TestCase(
        "fma.rm.f64 %fd4, 0d0000000000000001, 0d3FF0000000000000, 0d8000000000000001;",
        0x8000000000000000ul
    )]
    [TestCase(
        "fma.rz.f64 %fd4, 0d8000000000000001, 0d0000000000000003, 0d3FF0000000000000;",
        0x3FEFFFFFFFFFFFFFul
    )]
    [TestCase("div.rm.f64 %fd4, 0d8000000000000001, 0d0000000000000003;", 0xBFD5555555555556ul)]
    [TestCase("div.rz.f64 %fd4, 0d0000000000000001, 0d4000000000000000;", 0x0000000000000000ul)]
    [TestCase("div.rp.f64 %fd4, 0d0000000000000001, 0d4000000000000000;", 0x0000000000000001ul)]
    [TestCase("rcp.rz.f64 %fd4, 0d0008000000000001;", 0x7FDFFFFFFFFFFFFCul)]
    [TestCase("sqrt.rp.f64 %fd4, 0d0000000000000002;", 0x1E66A09E667F3BCDul)]
    [TestCase("sqrt.rm.f64 %fd4, 0d0000000000000002;", 0x1E66A09E667F3BCCul)]
    public void TinyAndHugeNumbersRoundInADirection(string code, ulong expected)
    {
        string body = code + " st.global.f64 [%rd1], %fd4;";
        Assert.That(PtxBench.Run(PtxBench.Wrap(body)).Values[0], Is.EqualTo(expected));
    }

    private static double Run(string code, bool single, double[] operands)
    {
        string type = single ? "f32" : "f64";
        string register = single ? "%f" : "%fd";
        string moves = string.Concat(
            operands.Select((value, i) => $"mov.{type} {register}{i + 1}, {Literal(value)};")
        );
        string Literal(double value) =>
            single
                ? $"0f{BitConverter.SingleToUInt32Bits((float)value):X8}"
                : $"0d{BitConverter.DoubleToUInt64Bits(value):X16}";
        string third = code.StartsWith("fma", StringComparison.Ordinal) ? $", {register}3" : "";
        string body = $"""
            {moves}
            {code}.{type} {register}4, {register}1, {register}2{third};
            st.global.u64 [%rd1], 0;
            st.global.{type} [%rd1], {register}4;
            """;
        ulong bits = PtxBench.Run(PtxBench.Wrap(body)).Values[0];
        return single
            ? BitConverter.UInt32BitsToSingle((uint)bits)
            : BitConverter.UInt64BitsToDouble(bits);
    }
}

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

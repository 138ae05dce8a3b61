using System.Numerics;

namespace Robustness.Emulator;

/// <summary>
/// f64 products, sums and quotients in any direction from exact integers: for numbers so small or
/// large that error terms of doubles would be lost.
/// </summary>
internal static class ExactRounding
{
    private const int Digits = 53;
    private const int Least = -1074;

    /// <summary>a b + c of finite numbers; null when it is exactly zero.</summary>
    public static double? Fma(double a, double b, double c, RoundingMode mode)
    {
        (BigInteger first, int power) = Split(a);
        (BigInteger second, int other) = Split(b);
        (BigInteger third, int last) = Split(c);
        BigInteger product = first * second;
        power += other;
        int low = Math.Min(power, last);
        BigInteger sum = (product << (power - low)) + (third << (last - low));
        return sum.IsZero ? null : Round(sum, low, false, mode);
    }

    /// <summary>a / b, both finite and not zero.</summary>
    public static double Divide(double a, double b, RoundingMode mode)
    {
        (BigInteger first, int power) = Split(a);
        (BigInteger second, int other) = Split(b);
        const int More = 128;
        BigInteger quotient = BigInteger.DivRem(
            BigInteger.Abs(first) << More,
            BigInteger.Abs(second),
            out BigInteger rest
        );
        quotient = first.Sign == second.Sign ? quotient : -quotient;
        return Round(quotient, power - other - More, !rest.IsZero, mode);
    }

    private static (BigInteger Digits, int Power) Split(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)(bits >> 52) & 0x7FF;
        long digits = bits & ((1L << 52) - 1);
        digits |= exponent > 0 ? 1L << 52 : 0;
        return (bits < 0 ? -digits : digits, Math.Max(exponent, 1) - 1075);
    }

    /// <summary>The double of digits times a power of two, and a rest below them.</summary>
    private static double Round(BigInteger digits, int power, bool rest, RoundingMode mode)
    {
        bool negative = digits.Sign < 0;
        BigInteger size = BigInteger.Abs(digits);
        int cut = Math.Max((int)size.GetBitLength() - Digits, Least - power);
        BigInteger kept = size;
        if (cut > 0)
        {
            kept = size >> cut;
            rest |= kept << cut != size;
        }
        cut = Math.Max(cut, 0);
        bool away = mode == RoundingMode.Up ? !negative : mode == RoundingMode.Down && negative;
        kept += away && rest ? 1 : 0;
        double result = Math.ScaleB((double)kept, power + cut);
        result = double.IsInfinity(result) && !away ? double.MaxValue : result;
        return negative ? -result : result;
    }
}

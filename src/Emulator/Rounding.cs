namespace Robustness.Emulator;

/// <summary>Rounding directions of PTX.</summary>
internal enum RoundingMode
{
    Nearest,
    Zero,
    Down,
    Up,
}

/// <summary>Exact narrowing of a double plus an error term, in any direction.</summary>
internal static class Rounding
{
    /// <summary>
    /// Rounds <paramref name="high"/> + tail to f32; only the tail's sign is used.
    /// </summary>
    public static float ToSingle(double high, double tail, RoundingMode mode)
    {
        if (double.IsNaN(high) || double.IsInfinity(high))
        {
            return Quiet.Of((float)high);
        }
        double odd = ToOdd(high, tail);
        float near = (float)odd;
        if (mode == RoundingMode.Nearest)
        {
            return near;
        }
        bool below = near < odd;
        bool above = near > odd;
        return mode switch
        {
            RoundingMode.Down when above => MathF.BitDecrement(near),
            RoundingMode.Up when below => MathF.BitIncrement(near),
            RoundingMode.Zero when above && odd > 0 => MathF.BitDecrement(near),
            RoundingMode.Zero when below && odd < 0 => MathF.BitIncrement(near),
            _ => near,
        };
    }

    /// <summary>The double next to high + tail whose last bit is odd when it is inexact.</summary>
    public static double ToOdd(double high, double tail)
    {
        if (tail == 0 || double.IsNaN(tail) || double.IsInfinity(high))
        {
            return high;
        }
        long bits = BitConverter.DoubleToInt64Bits(high);
        if ((bits & 1) != 0)
        {
            return high;
        }
        return tail > 0 ? Math.BitIncrement(high) : Math.BitDecrement(high);
    }

    /// <summary>Exact error of a + b against its rounded sum.</summary>
    public static double SumError(double a, double b, double sum)
    {
        double other = sum - a;
        return (a - (sum - other)) + (b - other);
    }

    public static float Add(float a, float b, RoundingMode mode)
    {
        double sum = (double)a + b;
        if (sum == 0 && mode == RoundingMode.Down && !(a == 0 && b == 0 && float.IsPositive(a)))
        {
            return a == 0 && b == 0 && float.IsPositive(b) ? Signed(a, b) : -0f;
        }
        return ToSingle(sum, SumError(a, b, sum), mode);
    }

    private static float Signed(float a, float b) =>
        float.IsPositive(a) && float.IsPositive(b) ? 0f : -0f;

    public static float Fma(float a, float b, float c, RoundingMode mode)
    {
        double product = (double)a * b;
        double sum = product + c;
        if (sum == 0 && mode == RoundingMode.Down)
        {
            bool positive = !double.IsNegative(product) && float.IsPositive(c);
            return positive ? 0f : -0f;
        }
        return ToSingle(sum, SumError(product, c, sum), mode);
    }

    public static float Mul(float a, float b, RoundingMode mode) =>
        ToSingle((double)a * b, 0, mode);

    public static float Div(float a, float b, RoundingMode mode)
    {
        double q = (double)a / b;
        double rest = double.IsFinite(q) ? Math.FusedMultiplyAdd(-q, b, a) : 0;
        return ToSingle(q, b < 0 ? -rest : rest, mode);
    }

    public static float Sqrt(float a, RoundingMode mode)
    {
        double root = Math.Sqrt(a);
        double rest = double.IsFinite(root) ? Math.FusedMultiplyAdd(-root, root, a) : 0;
        return ToSingle(root, rest, mode);
    }

    public static float Flush(float a) => float.IsSubnormal(a) ? MathF.CopySign(0, a) : a;

    /// <summary>Clamps to [0, 1]; NaN and negative zero give +0.</summary>
    public static float Saturate(float a) =>
        a > 0
            ? a < 1
                ? a
                : 1
            : 0;
}

namespace Robustness.Emulator;

/// <summary>f64 arithmetic in directions other than to nearest: the exact rest decides.</summary>
internal static unsafe class DoubleRounding
{
    public static readonly string[] Operations = ["add", "sub", "mul", "fma", "div", "rcp", "sqrt"];

    /// <summary>Mode holds the direction, Imm the operation.</summary>
    public static void Run(byte* d, byte* a, byte* b, byte* c, Op* op)
    {
        var mode = (RoundingMode)(op->Mode & 3);
        for (int lane = 0; lane < 32; lane++)
        {
            double x = ((double*)a)[lane];
            double y = ((double*)b)[lane];
            double z = ((double*)c)[lane];
            double result = op->Imm switch
            {
                0 => Add(x, y, mode),
                1 => Add(x, -y, mode),
                2 => Fma(x, y, double.IsNegative(x * y) ? -0.0 : 0.0, mode),
                3 => Fma(x, y, z, mode),
                4 => Divide(x, y, mode),
                5 => Divide(1, x, mode),
                _ => Root(x, mode),
            };
            ((double*)d)[lane] = Quiet.Of(result);
        }
    }

    private static double Add(double a, double b, RoundingMode mode)
    {
        double sum = a + b;
        if (sum == 0)
        {
            bool agree = double.IsNegative(a) == double.IsNegative(b);
            return Zero(sum, double.IsNegative(a), agree, mode);
        }
        bool finite = double.IsFinite(a) && double.IsFinite(b);
        return Move(sum, Rounding.SumError(a, b, sum), mode, finite);
    }

    /// <summary>An exact zero is negative when rounding down, unless both terms agree.</summary>
    private static double Zero(double sum, bool negative, bool agree, RoundingMode mode) =>
        agree ? (negative ? -0.0 : 0.0)
        : mode == RoundingMode.Down ? -0.0
        : sum;

    private static double Fma(double a, double b, double c, RoundingMode mode)
    {
        double near = Math.FusedMultiplyAdd(a, b, c);
        bool finite = double.IsFinite(a) && double.IsFinite(b) && double.IsFinite(c);
        if (!finite)
        {
            return near;
        }
        double high = a * b;
        if (!IsSafe(near) || !IsSafe(high))
        {
            bool agree = double.IsNegative(high) == double.IsNegative(c);
            return ExactRounding.Fma(a, b, c, mode)
                ?? Zero(near, double.IsNegative(c), agree, mode);
        }
        double low = Math.FusedMultiplyAdd(a, b, -high);
        double sum = high + c;
        double rest = Rounding.SumError(high, c, sum);
        double small = rest + low;
        double tail = Rounding.SumError(rest, low, small);
        double error = (sum - near) + small;
        return Move(near, error != 0 ? error : tail, mode, true);
    }

    /// <summary>Whether the rests of numbers of this size are exact doubles.</summary>
    private static bool IsSafe(double value) => Math.Abs(value) is > 1e-250 and < 1e300;

    private static double Divide(double a, double b, RoundingMode mode)
    {
        double q = a / b;
        bool special = !double.IsFinite(a) || !double.IsFinite(b) || a == 0 || b == 0;
        if (!special && !(IsSafe(q) && IsSafe(a) && IsSafe(b)))
        {
            return ExactRounding.Divide(a, b, mode);
        }
        double rest = Math.FusedMultiplyAdd(-q, b, a);
        return Move(q, b < 0 ? -rest : rest, mode, double.IsFinite(a) && b != 0);
    }

    private static double Root(double a, RoundingMode mode)
    {
        // An even power of two keeps the rest of a small root above the subnormal numbers.
        double scale = a < 1e-200 ? Math.ScaleB(1, 600) : 1;
        a *= scale;
        double root = Math.Sqrt(a);
        double rest = Math.FusedMultiplyAdd(-root, root, a);
        return Move(root, rest, mode, double.IsFinite(a)) / Math.Sqrt(scale);
    }

    /// <summary>
    /// One step from the nearest number towards the exact one, if the direction asks.
    /// </summary>
    private static double Move(double near, double error, RoundingMode mode, bool finite)
    {
        if (!finite || double.IsNaN(near) || near == 0)
        {
            return near;
        }
        error = double.IsInfinity(near) ? -near : error;
        bool down =
            mode == RoundingMode.Down || (mode == RoundingMode.Zero && double.IsPositive(near));
        return down && error < 0 ? Math.BitDecrement(near)
            : !down && error > 0 ? Math.BitIncrement(near)
            : near;
    }
}

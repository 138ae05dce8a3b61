namespace Robustness.Emulator;

// Arithmetic of f16 and bf16: evaluated in double, with the rest folded into an odd last bit, and
// rounded once.

internal interface IHalfFormat
{
    static abstract double Widen(uint bits);

    static abstract ushort Narrow(double value);

    /// <summary>The smallest normal number.</summary>
    static abstract double Smallest { get; }
}

internal readonly struct HalfFormat : IHalfFormat
{
    public static double Smallest => 1.0 / (1 << 14);

    public static double Widen(uint bits) => SmallFloats.FromHalf(bits);

    public static ushort Narrow(double value) => SmallFloats.ToHalf(value, RoundingMode.Nearest);
}

internal readonly struct BFloatFormat : IHalfFormat
{
    public static double Smallest => 1.1754943508222875e-38;

    public static double Widen(uint bits) => SmallFloats.FromBFloat(bits);

    public static ushort Narrow(double value) => SmallFloats.ToBFloat(value, RoundingMode.Nearest);
}

internal interface IHalfOp
{
    static abstract double Of(double a, double b, double c);
}

internal readonly struct HalfAdd : IHalfOp
{
    public static double Of(double a, double b, double c)
    {
        double sum = a + b;
        return Rounding.ToOdd(sum, Rounding.SumError(a, b, sum));
    }
}

internal readonly struct HalfSub : IHalfOp
{
    public static double Of(double a, double b, double c) => HalfAdd.Of(a, -b, c);
}

internal readonly struct HalfMul : IHalfOp
{
    public static double Of(double a, double b, double c) => a * b;
}

internal readonly struct HalfFma : IHalfOp
{
    public static double Of(double a, double b, double c) => HalfAdd.Of(a * b, c, 0);
}

internal readonly struct HalfMin : IHalfOp
{
    public static double Of(double a, double b, double c) => double.MinNumber(a, b);
}

internal readonly struct HalfMax : IHalfOp
{
    public static double Of(double a, double b, double c) => double.MaxNumber(a, b);
}

internal readonly struct HalfMinNaN : IHalfOp
{
    public static double Of(double a, double b, double c) => Math.Min(a, b);
}

internal readonly struct HalfMaxNaN : IHalfOp
{
    public static double Of(double a, double b, double c) => Math.Max(a, b);
}

/// <summary>Of the magnitudes; the sign is the exclusive or of both signs.</summary>
internal readonly struct HalfXorSign<TOp> : IHalfOp
    where TOp : IHalfOp
{
    public static double Of(double a, double b, double c)
    {
        double size = TOp.Of(Math.Abs(a), Math.Abs(b), c);
        return double.IsNegative(a) == double.IsNegative(b) ? size : -size;
    }
}

internal readonly struct HalfNegate : IHalfOp
{
    public static double Of(double a, double b, double c) => -a;
}

internal readonly struct HalfMagnitude : IHalfOp
{
    public static double Of(double a, double b, double c) => Math.Abs(a);
}

internal readonly struct HalfEx2 : IHalfOp
{
    public static double Of(double a, double b, double c) => Math.Pow(2, a);
}

internal readonly struct HalfTanh : IHalfOp
{
    public static double Of(double a, double b, double c) => Math.Tanh(a);
}

/// <summary>Loops over lanes of one or two halves.</summary>
internal static unsafe class HalfLoops
{
    public const int Relu = 16;

    public static void One<TOp, TFormat>(byte* d, byte* a, byte* b, byte* c, Op* op)
        where TOp : IHalfOp
        where TFormat : IHalfFormat
    {
        for (int lane = 0; lane < 32; lane++)
        {
            ((uint*)d)[lane] = Lane<TOp, TFormat>(
                ((uint*)a)[lane] & 0xFFFF,
                ((uint*)b)[lane] & 0xFFFF,
                ((uint*)c)[lane] & 0xFFFF,
                op->Mode
            );
        }
    }

    public static void Two<TOp, TFormat>(byte* d, byte* a, byte* b, byte* c, Op* op)
        where TOp : IHalfOp
        where TFormat : IHalfFormat
    {
        for (int lane = 0; lane < 32; lane++)
        {
            uint x = ((uint*)a)[lane];
            uint y = ((uint*)b)[lane];
            uint z = ((uint*)c)[lane];
            uint low = Lane<TOp, TFormat>(x & 0xFFFF, y & 0xFFFF, z & 0xFFFF, op->Mode);
            uint high = Lane<TOp, TFormat>(x >> 16, y >> 16, z >> 16, op->Mode);
            ((uint*)d)[lane] = (high << 16) | low;
        }
    }

    private static uint Lane<TOp, TFormat>(uint a, uint b, uint c, int mode)
        where TOp : IHalfOp
        where TFormat : IHalfFormat
    {
        double x = TFormat.Widen(a);
        double y = TFormat.Widen(b);
        double z = TFormat.Widen(c);
        bool flush = (mode & FloatLoops.Ftz) != 0;
        double result = flush
            ? TOp.Of(Flush<TFormat>(x), Flush<TFormat>(y), Flush<TFormat>(z))
            : TOp.Of(x, y, z);
        if ((mode & FloatLoops.Saturate) != 0)
        {
            result = result > 0 ? Math.Min(result, 1) : 0;
        }
        if ((mode & Relu) != 0 && result <= 0)
        {
            result = 0;
        }
        ushort bits = TFormat.Narrow(result);
        return flush && Math.Abs(TFormat.Widen(bits)) < TFormat.Smallest ? bits & 0x8000u : bits;
    }

    private static double Flush<TFormat>(double value)
        where TFormat : IHalfFormat =>
        Math.Abs(value) < TFormat.Smallest ? Math.CopySign(0, value) : value;
}

namespace Robustness.Emulator;

// Floating-point operations with a rounding direction; f64 rounds to nearest only.

internal interface IFloatOp
{
    static abstract float Of(float a, float b, float c, RoundingMode mode);

    static abstract double Of(double a, double b, double c);
}

internal readonly struct FloatAdd : IFloatOp
{
    public static float Of(float a, float b, float c, RoundingMode mode) =>
        Rounding.Add(a, b, mode);

    public static double Of(double a, double b, double c) => a + b;
}

internal readonly struct FloatSub : IFloatOp
{
    public static float Of(float a, float b, float c, RoundingMode mode) =>
        Rounding.Add(a, -b, mode);

    public static double Of(double a, double b, double c) => a - b;
}

internal readonly struct FloatMul : IFloatOp
{
    public static float Of(float a, float b, float c, RoundingMode mode) =>
        Rounding.Mul(a, b, mode);

    public static double Of(double a, double b, double c) => a * b;
}

internal readonly struct FloatFma : IFloatOp
{
    public static float Of(float a, float b, float c, RoundingMode mode) =>
        Rounding.Fma(a, b, c, mode);

    public static double Of(double a, double b, double c) => Math.FusedMultiplyAdd(a, b, c);
}

internal readonly struct FloatDiv : IFloatOp
{
    public static float Of(float a, float b, float c, RoundingMode mode) =>
        Rounding.Div(a, b, mode);

    public static double Of(double a, double b, double c) => a / b;
}

/// <summary>div.approx: denominators above 2^126 give zero, or NaN below an infinity.</summary>
internal readonly struct FloatDivApprox : IFloatOp
{
    private const float Largest = 8.507059e37f;

    public static float Of(float a, float b, float c, RoundingMode mode) =>
        Math.Abs(b) <= Largest || !float.IsFinite(b) ? a / b
        : float.IsFinite(a) ? MathF.CopySign(0, a) * MathF.Sign(b)
        : float.NaN;

    public static double Of(double a, double b, double c) => a / b;
}

internal readonly struct FloatRcp : IFloatOp
{
    public static float Of(float a, float b, float c, RoundingMode mode) =>
        Rounding.Div(1, a, mode);

    public static double Of(double a, double b, double c) => 1 / a;
}

internal readonly struct FloatSqrt : IFloatOp
{
    public static float Of(float a, float b, float c, RoundingMode mode) => Rounding.Sqrt(a, mode);

    public static double Of(double a, double b, double c) => Math.Sqrt(a);
}

internal readonly struct FloatRsqrt : IFloatOp
{
    public static float Of(float a, float b, float c, RoundingMode mode) =>
        (float)Of(a, b, (double)c);

    public static double Of(double a, double b, double c) => 1 / Math.Sqrt(a);
}

internal readonly struct FloatEx2 : IFloatOp
{
    public static float Of(float a, float b, float c, RoundingMode mode) =>
        (float)Of(a, b, (double)c);

    public static double Of(double a, double b, double c) => Math.Pow(2, a);
}

internal readonly struct FloatLg2 : IFloatOp
{
    public static float Of(float a, float b, float c, RoundingMode mode) =>
        (float)Of(a, b, (double)c);

    public static double Of(double a, double b, double c) => Math.Log2(a);
}

internal readonly struct FloatSin : IFloatOp
{
    public static float Of(float a, float b, float c, RoundingMode mode) =>
        (float)Of(a, b, (double)c);

    public static double Of(double a, double b, double c) => Math.Sin(a);
}

internal readonly struct FloatCos : IFloatOp
{
    public static float Of(float a, float b, float c, RoundingMode mode) =>
        (float)Of(a, b, (double)c);

    public static double Of(double a, double b, double c) => Math.Cos(a);
}

internal readonly struct FloatTanh : IFloatOp
{
    public static float Of(float a, float b, float c, RoundingMode mode) =>
        (float)Of(a, b, (double)c);

    public static double Of(double a, double b, double c) => Math.Tanh(a);
}

internal readonly struct FloatMin : IFloatOp
{
    public static float Of(float a, float b, float c, RoundingMode mode) => float.MinNumber(a, b);

    public static double Of(double a, double b, double c) => double.MinNumber(a, b);
}

internal readonly struct FloatMax : IFloatOp
{
    public static float Of(float a, float b, float c, RoundingMode mode) => float.MaxNumber(a, b);

    public static double Of(double a, double b, double c) => double.MaxNumber(a, b);
}

internal readonly struct FloatMinNaN : IFloatOp
{
    public static float Of(float a, float b, float c, RoundingMode mode) => MathF.Min(a, b);

    public static double Of(double a, double b, double c) => Math.Min(a, b);
}

internal readonly struct FloatMaxNaN : IFloatOp
{
    public static float Of(float a, float b, float c, RoundingMode mode) => MathF.Max(a, b);

    public static double Of(double a, double b, double c) => Math.Max(a, b);
}

/// <summary>Of the magnitudes; the sign is the exclusive or of both signs.</summary>
internal readonly struct XorSign<TOp> : IFloatOp
    where TOp : IFloatOp
{
    public static float Of(float a, float b, float c, RoundingMode mode)
    {
        float size = TOp.Of(Math.Abs(a), Math.Abs(b), c, mode);
        return float.IsNegative(a) == float.IsNegative(b) ? size : -size;
    }

    public static double Of(double a, double b, double c)
    {
        double size = TOp.Of(Math.Abs(a), Math.Abs(b), c);
        return double.IsNegative(a) == double.IsNegative(b) ? size : -size;
    }
}

/// <summary>rcp.approx.ftz.f64: the upper words of operand and result only.</summary>
internal readonly struct CoarseReciprocal : IFloatOp
{
    public static float Of(float a, float b, float c, RoundingMode mode) => 1 / a;

    public static double Of(double a, double b, double c) => Upper(1 / Upper(a));

    /// <summary>Without the low word; subnormal numbers become zero.</summary>
    public static double Upper(double value)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(value);
        return double.IsNaN(value) ? value
            : double.IsSubnormal(value) ? Math.CopySign(0, value)
            : BitConverter.UInt64BitsToDouble(bits & 0xFFFFFFFF00000000);
    }
}

/// <summary>rsqrt.approx.ftz.f64: the upper words of operand and result only.</summary>
internal readonly struct CoarseRoot : IFloatOp
{
    public static float Of(float a, float b, float c, RoundingMode mode) => 1 / MathF.Sqrt(a);

    public static double Of(double a, double b, double c) =>
        CoarseReciprocal.Upper(1 / Math.Sqrt(CoarseReciprocal.Upper(a)));
}

/// <summary>Loops of the floating-point operations.</summary>
internal static unsafe class FloatLoops
{
    public const int Ftz = 4;
    public const int Saturate = 8;

    /// <summary>Mode holds the rounding direction, flushing and saturation.</summary>
    public static void Single<TOp>(byte* d, byte* a, byte* b, byte* c, Op* op)
        where TOp : IFloatOp
    {
        var rounding = (RoundingMode)(op->Mode & 3);
        bool flush = (op->Mode & Ftz) != 0;
        bool saturate = (op->Mode & Saturate) != 0;
        for (int lane = 0; lane < 32; lane++)
        {
            float x = ((float*)a)[lane];
            float y = ((float*)b)[lane];
            float z = ((float*)c)[lane];
            float result = flush
                ? Rounding.Flush(
                    TOp.Of(Rounding.Flush(x), Rounding.Flush(y), Rounding.Flush(z), rounding)
                )
                : TOp.Of(x, y, z, rounding);
            ((float*)d)[lane] = saturate ? Rounding.Saturate(result) : Quiet.Of(result);
        }
    }

    public static void Double<TOp>(byte* d, byte* a, byte* b, byte* c, Op* op)
        where TOp : IFloatOp
    {
        for (int lane = 0; lane < 32; lane++)
        {
            double result = TOp.Of(((double*)a)[lane], ((double*)b)[lane], ((double*)c)[lane]);
            ((double*)d)[lane] = Quiet.Of(result);
        }
    }

    /// <summary>
    /// neg and abs: Imm holds the bits to flip or, with Mode 1, to clear; Count 1 flushes.
    /// </summary>
    public static void Sign<T>(byte* d, byte* a, byte* b, byte* c, Op* op)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        T sign = T.CreateTruncating(op->Imm);
        for (int lane = 0; lane < 32; lane++)
        {
            T value = ((T*)a)[lane];
            T exponent = T.CreateTruncating(0x7F800000);
            value = op->Count == 1 && (value & exponent) == T.Zero ? value & sign : value;
            ((T*)d)[lane] = op->Mode == 0 ? value ^ sign : value & ~sign;
        }
    }
}

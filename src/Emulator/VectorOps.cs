using System.Runtime.Intrinsics;

namespace Robustness.Emulator;

// Operations that run eight lanes at a time; a float result that is NaN becomes 0x7FFFFFFF.

internal readonly struct VectorAdd<T> : IVector<T>
{
    public static Vector256<T> Of(Vector256<T> a, Vector256<T> b, Vector256<T> c) => a + b;
}

internal readonly struct VectorSubtract<T> : IVector<T>
{
    public static Vector256<T> Of(Vector256<T> a, Vector256<T> b, Vector256<T> c) => a - b;
}

internal readonly struct VectorMultiply<T> : IVector<T>
{
    public static Vector256<T> Of(Vector256<T> a, Vector256<T> b, Vector256<T> c) => a * b;
}

internal readonly struct VectorMultiplyAdd<T> : IVector<T>
{
    public static Vector256<T> Of(Vector256<T> a, Vector256<T> b, Vector256<T> c) => (a * b) + c;
}

internal readonly struct VectorAnd<T> : IVector<T>
{
    public static Vector256<T> Of(Vector256<T> a, Vector256<T> b, Vector256<T> c) => a & b;
}

internal readonly struct VectorOr<T> : IVector<T>
{
    public static Vector256<T> Of(Vector256<T> a, Vector256<T> b, Vector256<T> c) => a | b;
}

internal readonly struct VectorXor<T> : IVector<T>
{
    public static Vector256<T> Of(Vector256<T> a, Vector256<T> b, Vector256<T> c) => a ^ b;
}

internal readonly struct VectorNot<T> : IVector<T>
{
    public static Vector256<T> Of(Vector256<T> a, Vector256<T> b, Vector256<T> c) => ~a;
}

internal readonly struct VectorMove<T> : IVector<T>
{
    public static Vector256<T> Of(Vector256<T> a, Vector256<T> b, Vector256<T> c) => a;
}

internal readonly struct SingleAdd : IVector<float>
{
    public static Vector256<float> Of(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
        Quiet.Of(a + b);
}

internal readonly struct SingleSubtract : IVector<float>
{
    public static Vector256<float> Of(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
        Quiet.Of(a - b);
}

internal readonly struct SingleMultiply : IVector<float>
{
    public static Vector256<float> Of(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
        Quiet.Of(a * b);
}

internal readonly struct SingleFma : IVector<float>
{
    public static Vector256<float> Of(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
        Quiet.Of(Vector256.FusedMultiplyAdd(a, b, c));
}

internal readonly struct SingleDivide : IVector<float>
{
    public static Vector256<float> Of(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
        Quiet.Of(a / b);
}

internal readonly struct SingleReciprocal : IVector<float>
{
    public static Vector256<float> Of(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
        Quiet.Of(Vector256<float>.One / a);
}

internal readonly struct SingleRoot : IVector<float>
{
    public static Vector256<float> Of(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
        Quiet.Of(Vector256.Sqrt(a));
}

internal readonly struct SingleMin : IVector<float>
{
    public static Vector256<float> Of(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
        Quiet.Of(Vector256.MinNumber(a, b));
}

internal readonly struct SingleMax : IVector<float>
{
    public static Vector256<float> Of(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
        Quiet.Of(Vector256.MaxNumber(a, b));
}

/// <summary>The .ftz form: subnormal operands and results become zeros of their sign.</summary>
internal readonly struct Flushed<TOp> : IVector<float>
    where TOp : IVector<float>
{
    public static Vector256<float> Of(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
        Flush(TOp.Of(Flush(a), Flush(b), Flush(c)));

    private static Vector256<float> Flush(Vector256<float> value)
    {
        Vector256<uint> bits = value.AsUInt32();
        Vector256<uint> exponent = bits & Vector256.Create(0x7F800000u);
        Vector256<uint> small = Vector256.Equals(exponent, Vector256<uint>.Zero);
        Vector256<uint> sign = bits & Vector256.Create(0x80000000u);
        return Vector256.ConditionalSelect(small, sign, bits).AsSingle();
    }
}

/// <summary>Canonical NaNs.</summary>
internal static class Quiet
{
    public static Vector256<float> Of(Vector256<float> value) =>
        Vector256.ConditionalSelect(
            Vector256.Equals(value, value),
            value,
            Vector256.Create(0x7FFFFFFF).AsSingle()
        );

    public static float Of(float value) =>
        float.IsNaN(value) ? BitConverter.Int32BitsToSingle(0x7FFFFFFF) : value;

    public static double Of(double value) =>
        double.IsNaN(value) ? BitConverter.UInt64BitsToDouble(0x7FF8000000000000) : value;
}

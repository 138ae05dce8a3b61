using System.Numerics;

namespace Robustness.Emulator;

// Integer operations for every width; a division by zero gives all ones, its rest the dividend.

internal interface IIntegerOp
{
    static abstract T Of<T>(T a, T b, T c)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>;
}

internal readonly struct IntegerLane<TOp, T> : ITernary<T, T, T, T>
    where TOp : IIntegerOp
    where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
{
    public static T Of(T a, T b, T c) => TOp.Of(a, b, c);
}

internal readonly struct IntAdd : IIntegerOp
{
    public static T Of<T>(T a, T b, T c)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> => unchecked(a + b);
}

internal readonly struct IntSub : IIntegerOp
{
    public static T Of<T>(T a, T b, T c)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> => unchecked(a - b);
}

internal readonly struct IntMulLo : IIntegerOp
{
    public static T Of<T>(T a, T b, T c)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> => unchecked(a * b);
}

internal readonly struct IntMadLo : IIntegerOp
{
    public static T Of<T>(T a, T b, T c)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> => unchecked((a * b) + c);
}

internal readonly struct IntMulHi : IIntegerOp
{
    public static T Of<T>(T a, T b, T c)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> =>
        T.CreateTruncating(
            Int128.CreateChecked(a) is var x && typeof(T) == typeof(ulong)
                ? (Int128)((UInt128)x * UInt128.CreateChecked(b) >> 64)
                : x * Int128.CreateChecked(b) >> (8 * int.CreateChecked(a.GetByteCount()))
        );
}

internal readonly struct IntMadHi : IIntegerOp
{
    public static T Of<T>(T a, T b, T c)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> =>
        unchecked(IntMulHi.Of(a, b, c) + c);
}

internal readonly struct IntDiv : IIntegerOp
{
    public static T Of<T>(T a, T b, T c)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> =>
        b == T.Zero ? ~T.Zero
        : T.MinValue < T.Zero && b == ~T.Zero ? unchecked(T.Zero - a)
        : a / b;
}

internal readonly struct IntRem : IIntegerOp
{
    public static T Of<T>(T a, T b, T c)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> =>
        b == T.Zero ? a
        : T.MinValue < T.Zero && b == ~T.Zero ? T.Zero
        : a % b;
}

internal readonly struct IntMin : IIntegerOp
{
    public static T Of<T>(T a, T b, T c)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> => a < b ? a : b;
}

internal readonly struct IntMax : IIntegerOp
{
    public static T Of<T>(T a, T b, T c)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> => a > b ? a : b;
}

internal readonly struct IntNeg : IIntegerOp
{
    public static T Of<T>(T a, T b, T c)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> => unchecked(T.Zero - a);
}

internal readonly struct IntAbs : IIntegerOp
{
    public static T Of<T>(T a, T b, T c)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> =>
        a < T.Zero ? unchecked(T.Zero - a) : a;
}

internal readonly struct IntNot : IIntegerOp
{
    public static T Of<T>(T a, T b, T c)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> => ~a;
}

internal readonly struct IntCnot : IIntegerOp
{
    public static T Of<T>(T a, T b, T c)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> => a == T.Zero ? T.One : T.Zero;
}

internal readonly struct IntAnd : IIntegerOp
{
    public static T Of<T>(T a, T b, T c)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> => a & b;
}

internal readonly struct IntOr : IIntegerOp
{
    public static T Of<T>(T a, T b, T c)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> => a | b;
}

internal readonly struct IntXor : IIntegerOp
{
    public static T Of<T>(T a, T b, T c)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> => a ^ b;
}

internal readonly struct IntSad : IIntegerOp
{
    public static T Of<T>(T a, T b, T c)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> =>
        unchecked(c + (a > b ? a - b : b - a));
}

internal readonly struct IntBrev : IIntegerOp
{
    public static T Of<T>(T a, T b, T c)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        T result = T.Zero;
        for (int i = 0; i < 8 * a.GetByteCount(); i++)
        {
            result = (result << 1) | ((a >>> i) & T.One);
        }
        return result;
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Robustness.Emulator;

internal interface IUnary<TD, TA>
{
    static abstract TD Of(TA a);
}

internal interface IBinary<TD, TA, TB>
{
    static abstract TD Of(TA a, TB b);
}

internal interface ITernary<TD, TA, TB, TC>
{
    static abstract TD Of(TA a, TB b, TC c);
}

internal interface IVector<T>
{
    static abstract Vector256<T> Of(Vector256<T> a, Vector256<T> b, Vector256<T> c);
}

/// <summary>
/// Loops over the 32 lanes of the operands; each writes every lane of its result.
/// </summary>
internal static unsafe class LaneLoops
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T* At<T>(byte* slot, int lane)
        where T : unmanaged => (T*)(slot + (lane * (sizeof(T) == 8 ? 8 : 4)));

    public static void Unary<TOp, TD, TA>(byte* d, byte* a, byte* b, byte* c, Op* op)
        where TOp : IUnary<TD, TA>
        where TD : unmanaged
        where TA : unmanaged
    {
        for (int lane = 0; lane < 32; lane++)
        {
            *At<TD>(d, lane) = TOp.Of(*At<TA>(a, lane));
        }
    }

    public static void Binary<TOp, TD, TA, TB>(byte* d, byte* a, byte* b, byte* c, Op* op)
        where TOp : IBinary<TD, TA, TB>
        where TD : unmanaged
        where TA : unmanaged
        where TB : unmanaged
    {
        for (int lane = 0; lane < 32; lane++)
        {
            *At<TD>(d, lane) = TOp.Of(*At<TA>(a, lane), *At<TB>(b, lane));
        }
    }

    public static void Ternary<TOp, TD, TA, TB, TC>(byte* d, byte* a, byte* b, byte* c, Op* op)
        where TOp : ITernary<TD, TA, TB, TC>
        where TD : unmanaged
        where TA : unmanaged
        where TB : unmanaged
        where TC : unmanaged
    {
        for (int lane = 0; lane < 32; lane++)
        {
            *At<TD>(d, lane) = TOp.Of(*At<TA>(a, lane), *At<TB>(b, lane), *At<TC>(c, lane));
        }
    }

    public static void Vector<TOp, T>(byte* d, byte* a, byte* b, byte* c, Op* op)
        where TOp : IVector<T>
        where T : unmanaged
    {
        Four<TOp, T>(d, a, b, c);
        if (sizeof(T) == 8)
        {
            Four<TOp, T>(d + 128, a + 128, b + 128, c + 128);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four<TOp, T>(byte* d, byte* a, byte* b, byte* c)
        where TOp : IVector<T>
        where T : unmanaged
    {
        One<TOp, T>(a, b, c).Store((T*)d);
        One<TOp, T>(a + 32, b + 32, c + 32).Store((T*)(d + 32));
        One<TOp, T>(a + 64, b + 64, c + 64).Store((T*)(d + 64));
        One<TOp, T>(a + 96, b + 96, c + 96).Store((T*)(d + 96));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> One<TOp, T>(byte* a, byte* b, byte* c)
        where TOp : IVector<T>
        where T : unmanaged =>
        TOp.Of(Vector256.Load((T*)a), Vector256.Load((T*)b), Vector256.Load((T*)c));
}

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
        int step = Vector256<T>.Count * sizeof(T);
        for (int i = 0; i < 32 * sizeof(T); i += step)
        {
            Vector256<T> result = TOp.Of(
                Vector256.Load((T*)(a + i)),
                Vector256.Load((T*)(b + i)),
                Vector256.Load((T*)(c + i))
            );
            result.Store((T*)(d + i));
        }
    }
}

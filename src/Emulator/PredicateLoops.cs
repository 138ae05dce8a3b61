using System.Runtime.Intrinsics;

namespace Robustness.Emulator;

/// <summary>Operations on predicates: one bit a lane.</summary>
internal static unsafe class PredicateLoops
{
    public static void And(byte* d, byte* a, byte* b, byte* c, Op* op) =>
        *(uint*)d = *(uint*)a & *(uint*)b;

    public static void Or(byte* d, byte* a, byte* b, byte* c, Op* op) =>
        *(uint*)d = *(uint*)a | *(uint*)b;

    public static void Xor(byte* d, byte* a, byte* b, byte* c, Op* op) =>
        *(uint*)d = *(uint*)a ^ *(uint*)b;

    public static void Not(byte* d, byte* a, byte* b, byte* c, Op* op) => *(uint*)d = ~*(uint*)a;

    public static void Move(byte* d, byte* a, byte* b, byte* c, Op* op) => *(uint*)d = *(uint*)a;

    /// <summary>
    /// Comparison; Mode holds the relations that hold: 1 less, 2 equal, 4 greater, 8 unordered.
    /// </summary>
    public static void Compare<T>(byte* d, byte* a, byte* b, byte* c, Op* op)
        where T : unmanaged, System.Numerics.IComparisonOperators<T, T, bool>
    {
        if (typeof(T) == typeof(int) || typeof(T) == typeof(uint) || typeof(T) == typeof(float))
        {
            *(uint*)d = CompareWords<T>(a, b, op->Mode);
            return;
        }
        uint result = 0;
        for (int lane = 0; lane < 32; lane++)
        {
            T x = *LaneLoops.At<T>(a, lane);
            T y = *LaneLoops.At<T>(b, lane);
            int relation =
                x < y ? 1
                : x > y ? 4
                : x == y ? 2
                : 8;
            result |= (op->Mode & relation) != 0 ? 1u << lane : 0;
        }
        *(uint*)d = result;
    }

    private static uint CompareWords<T>(byte* a, byte* b, int mode)
        where T : unmanaged
    {
        uint less = 0;
        uint equal = 0;
        uint greater = 0;
        for (int i = 0; i < 4; i++)
        {
            Vector256<T> x = Vector256.Load((T*)(a + (32 * i)));
            Vector256<T> y = Vector256.Load((T*)(b + (32 * i)));
            less |= Vector256.LessThan(x, y).ExtractMostSignificantBits() << (8 * i);
            equal |= Vector256.Equals(x, y).ExtractMostSignificantBits() << (8 * i);
            greater |= Vector256.GreaterThan(x, y).ExtractMostSignificantBits() << (8 * i);
        }
        uint result = (mode & 1) != 0 ? less : 0;
        result |= (mode & 2) != 0 ? equal : 0;
        result |= (mode & 4) != 0 ? greater : 0;
        return result | ((mode & 8) != 0 ? ~(less | equal | greater) : 0);
    }

    public static void CompareHalf<TFormat>(byte* d, byte* a, byte* b, byte* c, Op* op)
        where TFormat : IHalfFormat
    {
        double* x = stackalloc double[32];
        double* y = stackalloc double[32];
        for (int lane = 0; lane < 32; lane++)
        {
            x[lane] = Value<TFormat>(((uint*)a)[lane] & 0xFFFF, op->Stride != 0);
            y[lane] = Value<TFormat>(((uint*)b)[lane] & 0xFFFF, op->Stride != 0);
        }
        Compare<double>(d, (byte*)x, (byte*)y, c, op);
    }

    private static double Value<TFormat>(uint bits, bool flush)
        where TFormat : IHalfFormat
    {
        double value = TFormat.Widen(bits);
        return flush && Math.Abs(value) < TFormat.Smallest ? 0 : value;
    }

    /// <summary>The comparison of the upper halves of pairs.</summary>
    public static uint Upper(byte* a, byte* b, Op* op)
    {
        uint* x = stackalloc uint[32];
        uint* y = stackalloc uint[32];
        for (int lane = 0; lane < 32; lane++)
        {
            x[lane] = ((uint*)a)[lane] >> 16;
            y[lane] = ((uint*)b)[lane] >> 16;
        }
        uint result;
        op->Lanes((byte*)&result, (byte*)x, (byte*)y, (byte*)x, op);
        return result;
    }

    public static void CompareFlushed(byte* d, byte* a, byte* b, byte* c, Op* op)
    {
        float* x = stackalloc float[32];
        float* y = stackalloc float[32];
        for (int lane = 0; lane < 32; lane++)
        {
            x[lane] = Rounding.Flush(((float*)a)[lane]);
            y[lane] = Rounding.Flush(((float*)b)[lane]);
        }
        Compare<float>(d, (byte*)x, (byte*)y, c, op);
    }
}

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

    public static void CompareHalf<TFormat>(byte* d, byte* a, byte* b, byte* c, Op* op)
        where TFormat : IHalfFormat
    {
        double* x = stackalloc double[32];
        double* y = stackalloc double[32];
        for (int lane = 0; lane < 32; lane++)
        {
            x[lane] = TFormat.Widen(((uint*)a)[lane] & 0xFFFF);
            y[lane] = TFormat.Widen(((uint*)b)[lane] & 0xFFFF);
        }
        Compare<double>(d, (byte*)x, (byte*)y, c, op);
    }
}

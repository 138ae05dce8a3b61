namespace Robustness.Backends.Cpu;

/// <summary>
/// A register of f32 lanes: one source of a kernel serves 128, 256 and 512 bits and the scalar
/// tail, and each element sees the same operations in all of them.
/// </summary>
/// <typeparam name="TSelf">The register type.</typeparam>
internal unsafe interface ILanes<TSelf>
    where TSelf : struct, ILanes<TSelf>
{
    /// <summary>Lanes per register.</summary>
    static abstract int Count { get; }

    /// <summary>Count elements from memory, unaligned.</summary>
    static abstract TSelf Load(float* source);

    /// <summary>One value in all lanes.</summary>
    static abstract TSelf Broadcast(float value);

    /// <summary>Count elements to memory, unaligned.</summary>
    void Store(float* destination);

    /// <summary>a + b.</summary>
    static abstract TSelf operator +(TSelf a, TSelf b);

    /// <summary>a - b.</summary>
    static abstract TSelf operator -(TSelf a, TSelf b);

    /// <summary>a · b.</summary>
    static abstract TSelf operator *(TSelf a, TSelf b);

    /// <summary>a / b, correctly rounded.</summary>
    static abstract TSelf operator /(TSelf a, TSelf b);

    /// <summary>a · b + c with one rounding.</summary>
    static abstract TSelf Fma(TSelf a, TSelf b, TSelf c);

    /// <summary>The larger; no NaN expected.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>The smaller; no NaN expected.</summary>
    static abstract TSelf Min(TSelf a, TSelf b);

    /// <summary>|a|.</summary>
    static abstract TSelf Abs(TSelf a);

    /// <summary>√a, correctly rounded.</summary>
    static abstract TSelf Sqrt(TSelf a);

    /// <summary>a &lt; b ? yes : no, lane by lane.</summary>
    static abstract TSelf SelectLess(TSelf a, TSelf b, TSelf yes, TSelf no);

    /// <summary>Nearest integer, ties to even.</summary>
    static abstract TSelf Round(TSelf a);

    /// <summary>2^n for whole n in [-126, 127].</summary>
    static abstract TSelf PowerOfTwo(TSelf n);
}

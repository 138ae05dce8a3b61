using System.Runtime.CompilerServices;

namespace Robustness.Backends.Cpu;

/// <summary>
/// Elementwise functions, one polynomial each: every lane of every width, and the scalar tail,
/// sees the same operations, so an element's bits do not depend on where it lies.
/// The polynomials are Chebyshev fits of our own, made in 30 digits.
/// </summary>
internal static class VectorMath
{
    private const float Log2E = 1.44269504f;

    // ln 2 = high + low; the high part has 9 bits, so that its multiples are exact.
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;
    private const float LowestExponent = -87f;
    private const float HighestExponent = 88f;

    /// <summary>
    /// e^x = 2^n · e^r, n = round(x / ln 2), e^r = 1 + r + r² · q(r) on ±ln 2 / 2.
    /// Error below 1 ulp. Below -87, and at minus infinity, exactly 0; above 88, e^88.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exp<T>(T x)
        where T : struct, ILanes<T>
    {
        var lowest = T.Broadcast(LowestExponent);
        var inside = T.Min(T.Max(x, lowest), T.Broadcast(HighestExponent));
        var n = T.Round(inside * T.Broadcast(Log2E));
        var r = T.Fma(n, T.Broadcast(-Ln2High), inside);
        r = T.Fma(n, T.Broadcast(-Ln2Low), r);
        var q = T.Broadcast(0.00139261759f);
        q = T.Fma(q, r, T.Broadcast(0.00836317334f));
        q = T.Fma(q, r, T.Broadcast(0.0416665561f));
        q = T.Fma(q, r, T.Broadcast(0.166665778f));
        q = T.Fma(q, r, T.Broadcast(0.5f));
        var power = T.Fma(q, r * r, r) + T.Broadcast(1f);
        return T.SelectLess(x, lowest, T.Broadcast(0f), power * T.PowerOfTwo(n));
    }

    /// <summary>
    /// Φ(x), the normal distribution function: Φ(-a) = e^(-a²/2) · t · w(t), t = 1 / (1 + 0.3 a).
    /// Absolute error below 1.5e-7; below 0 also relative error below 6e-7 down to x = -13, where
    /// it becomes 0.
    /// </summary>
    /// <param name="x">Finite.</param>
    /// <param name="exponential">e^(-x²/2), which the derivative needs as well.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T NormalCdf<T>(T x, out T exponential)
        where T : struct, ILanes<T>
    {
        // The part of x² that its rounding loses is put back to first order.
        var half = T.Broadcast(-0.5f);
        var square = x * x;
        var lost = T.Fma(x, x, T.Broadcast(0f) - square) * half;
        var rounded = Exp(square * half);
        exponential = T.Fma(rounded, lost, rounded);
        var t = T.Broadcast(1f) / T.Fma(T.Broadcast(0.3f), T.Abs(x), T.Broadcast(1f));
        var w = T.Broadcast(-0.020815175f);
        w = T.Fma(w, t, T.Broadcast(0.11350986f));
        w = T.Fma(w, t, T.Broadcast(-0.23081513f));
        w = T.Fma(w, t, T.Broadcast(0.19534807f));
        w = T.Fma(w, t, T.Broadcast(-0.08245694f));
        w = T.Fma(w, t, T.Broadcast(0.09781559f));
        w = T.Fma(w, t, T.Broadcast(0.07780891f));
        w = T.Fma(w, t, T.Broadcast(0.11036056f));
        w = T.Fma(w, t, T.Broadcast(0.1195568f));
        w = T.Fma(w, t, T.Broadcast(0.11968745f));
        var tail = w * t * exponential;
        return T.SelectLess(x, T.Broadcast(0f), tail, T.Broadcast(1f) - tail);
    }

    /// <summary>σ(x) = 1 / (1 + e^(-x)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sigmoid<T>(T x)
        where T : struct, ILanes<T>
    {
        var one = T.Broadcast(1f);
        return one / (one + Exp(T.Broadcast(0f) - x));
    }

    /// <summary>gelu(x) = x · Φ(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Gelu<T>(T x)
        where T : struct, ILanes<T> => x * NormalCdf(x, out _);

    /// <summary>gelu'(x) = Φ(x) + x · φ(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T GeluDerivative<T>(T x)
        where T : struct, ILanes<T>
    {
        const float InverseRoot2Pi = 0.398942280f;
        var cdf = NormalCdf(x, out var exponential);
        return T.Fma(x * T.Broadcast(InverseRoot2Pi), exponential, cdf);
    }
}

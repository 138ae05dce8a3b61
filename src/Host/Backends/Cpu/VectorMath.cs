using System.Runtime.CompilerServices;

namespace Robustness.Backends.Cpu;

/// <summary>
/// Elementwise functions, one polynomial each: every lane of every width, and the scalar tail,
/// sees the same operations, so an element's bits do not depend on where it lies.
/// </summary>
internal static class VectorMath
{
    private const float Log2E = 1.44269504f;
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;
    private const float LowestExponent = -87.0f;
    private const float HighestExponent = 88.0f;

    /// <summary>
    /// e^x: reduction by ln 2 in two parts, a polynomial of degree 6 on ±ln 2 / 2, scaling by
    /// 2^n. Error below 2 ulp; arguments below -87 give e^-87, above 88 give e^88.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exp<T>(T x)
        where T : struct, ILanes<T>
    {
        x = T.Min(T.Max(x, T.Broadcast(LowestExponent)), T.Broadcast(HighestExponent));
        var n = T.Round(x * T.Broadcast(Log2E));
        var r = T.Fma(n, T.Broadcast(-Ln2High), x);
        r = T.Fma(n, T.Broadcast(-Ln2Low), r);
        var p = T.Broadcast(1f / 720);
        p = T.Fma(p, r, T.Broadcast(1f / 120));
        p = T.Fma(p, r, T.Broadcast(1f / 24));
        p = T.Fma(p, r, T.Broadcast(1f / 6));
        p = T.Fma(p, r, T.Broadcast(0.5f));
        p = T.Fma(p, r, T.Broadcast(1f));
        p = T.Fma(p, r, T.Broadcast(1f));
        return p * T.PowerOfTwo(n);
    }

    /// <summary>
    /// Φ(x), the normal distribution function, from erfc by Abramowitz and Stegun 7.1.26 refined
    /// on the tail e^(-x²/2): absolute error below 2e-7.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T NormalCdf<T>(T x, out T exponential)
        where T : struct, ILanes<T>
    {
        exponential = Exp(x * x * T.Broadcast(-0.5f));
        var z = T.Abs(x) * T.Broadcast(0.707106781f);
        var t = T.Broadcast(1f) / T.Fma(T.Broadcast(0.3275911f), z, T.Broadcast(1f));
        var p = T.Broadcast(1.061405429f);
        p = T.Fma(p, t, T.Broadcast(-1.453152027f));
        p = T.Fma(p, t, T.Broadcast(1.421413741f));
        p = T.Fma(p, t, T.Broadcast(-0.284496736f));
        p = T.Fma(p, t, T.Broadcast(0.254829592f));
        var tail = T.Broadcast(0.5f) * (p * t) * exponential;
        return T.SelectLess(x, T.Broadcast(0f), tail, T.Broadcast(1f) - tail);
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
        return T.Fma(x, exponential * T.Broadcast(InverseRoot2Pi), cdf);
    }
}

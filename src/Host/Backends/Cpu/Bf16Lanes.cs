using System.Runtime.Intrinsics;
using Robustness.Numerics;

namespace Robustness.Backends.Cpu;

/// <summary>
/// Conversions of runs of elements between f32 and bf16, with the bits of
/// <see cref="BFloat16"/>. They are integer operations, so no register width changes a bit.
/// </summary>
internal static unsafe class Bf16Lanes
{
    private const uint UpperHalf = 0xFFFF0000;
    private const uint NotANumber = 0x7FFF0000;

    /// <summary>to = from, rounded; two bytes an element.</summary>
    public static void Narrow(ushort* to, float* from, int count)
    {
        int i = 0;
        for (; i + 16 <= count; i += 16)
        {
            var low = Nearest(Vector256.Load(from + i)) >>> 16;
            var high = Nearest(Vector256.Load(from + i + 8)) >>> 16;
            Vector256.Narrow(low, high).Store(to + i);
        }
        for (; i < count; i++)
        {
            to[i] = BFloat16.FromSingle(from[i]).Bits;
        }
    }

    /// <summary>to = from, exactly; four bytes an element.</summary>
    public static void Widen(float* to, ushort* from, int count)
    {
        int i = 0;
        for (; i + 16 <= count; i += 16)
        {
            var (low, high) = Vector256.Widen(Vector256.Load(from + i));
            (low << 16).AsSingle().Store(to + i);
            (high << 16).AsSingle().Store(to + i + 8);
        }
        for (; i < count; i++)
        {
            to[i] = new BFloat16(from[i]).ToSingle();
        }
    }

    /// <summary>
    /// to = from, rounded and widened again: an operand as a product sees it. May be in place.
    /// </summary>
    public static void Round(float* to, float* from, int count)
    {
        int i = 0;
        for (; i + 8 <= count; i += 8)
        {
            Nearest(Vector256.Load(from + i)).AsSingle().Store(to + i);
        }
        for (; i < count; i++)
        {
            to[i] = BFloat16.FromSingle(from[i]).ToSingle();
        }
    }

    // The rounded value in the upper halves, zeros below.
    private static Vector256<uint> Nearest(Vector256<float> value)
    {
        var bits = value.AsUInt32();
        var half = Vector256.Create(0x7FFFu) + ((bits >>> 16) & Vector256<uint>.One);
        var rounded = (bits + half) & Vector256.Create(UpperHalf);
        var isNumber = Vector256.Equals(value, value).AsUInt32();
        return Vector256.ConditionalSelect(isNumber, rounded, Vector256.Create(NotANumber));
    }
}

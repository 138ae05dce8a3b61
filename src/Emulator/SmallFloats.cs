namespace Robustness.Emulator;

/// <summary>Rounds doubles to f16, bf16 and tf32; a NaN becomes the canonical one.</summary>
internal static class SmallFloats
{
    public const ushort NaN = 0x7FFF;

    /// <summary>Exact value of an f16.</summary>
    public static double FromHalf(uint bits) => (double)BitConverter.UInt16BitsToHalf((ushort)bits);

    /// <summary>Exact value of a bf16.</summary>
    public static float FromBFloat(uint bits) => BitConverter.UInt32BitsToSingle(bits << 16);

    public static ushort ToHalf(double value, RoundingMode mode)
    {
        if (double.IsNaN(value))
        {
            return NaN;
        }
        Half near = (Half)value;
        double found = (double)near;
        if (mode != RoundingMode.Nearest && found != value)
        {
            bool down =
                mode == RoundingMode.Down
                || (mode == RoundingMode.Zero && double.IsPositive(value));
            near =
                down && found > value ? Half.BitDecrement(near)
                : !down && found < value ? Half.BitIncrement(near)
                : near;
        }
        return BitConverter.HalfToUInt16Bits(near);
    }

    public static ushort ToBFloat(double value, RoundingMode mode)
    {
        if (double.IsNaN(value))
        {
            return NaN;
        }
        uint bits = BitConverter.SingleToUInt32Bits(OddSingle(value));
        uint kept = bits >> 16;
        bool inexact = (bits & 0xFFFF) != 0;
        bool negative = (bits & 0x80000000) != 0;
        return mode switch
        {
            RoundingMode.Zero => (ushort)kept,
            RoundingMode.Down => (ushort)(inexact && negative ? kept + 1 : kept),
            RoundingMode.Up => (ushort)(inexact && !negative ? kept + 1 : kept),
            _ => (ushort)((bits + 0x7FFF + (kept & 1)) >> 16),
        };
    }

    /// <summary>tf32 of an f32: half away from zero (rna), to even (rn) or cut (rz).</summary>
    public static uint ToTensor(uint bits, bool away, RoundingMode mode)
    {
        if (float.IsNaN(BitConverter.UInt32BitsToSingle(bits)))
        {
            return 0x7FFFFFFF;
        }
        if ((bits & 0x7F800000) == 0x7F800000)
        {
            return bits;
        }
        uint half =
            away ? 0x1000
            : mode == RoundingMode.Nearest ? 0xFFF + ((bits >> 13) & 1)
            : 0;
        return (bits + half) & ~0x1FFFu;
    }

    /// <summary>The f32 next to a double whose last bit is odd when it is inexact.</summary>
    private static float OddSingle(double value)
    {
        float near = (float)value;
        if (near == value)
        {
            return near;
        }
        if (float.IsInfinity(near))
        {
            return MathF.CopySign(float.MaxValue, near);
        }
        if ((BitConverter.SingleToUInt32Bits(near) & 1) != 0)
        {
            return near;
        }
        return near < value ? MathF.BitIncrement(near) : MathF.BitDecrement(near);
    }
}

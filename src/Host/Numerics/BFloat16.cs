namespace Robustness.Numerics;

/// <summary>
/// bfloat16: the upper half of an IEEE single. Narrowing rounds to nearest, ties to even; every
/// NaN becomes 0x7FFF, as on the GPU.
/// </summary>
/// <param name="Bits">Sign, 8 bits of exponent, 7 of mantissa.</param>
public readonly record struct BFloat16(ushort Bits)
{
    private const ushort NotANumber = 0x7FFF;

    /// <summary>The nearest value.</summary>
    public static BFloat16 FromSingle(float value)
    {
        if (float.IsNaN(value))
        {
            return new BFloat16(NotANumber);
        }
        uint bits = BitConverter.SingleToUInt32Bits(value);
        uint half = 0x7FFF + ((bits >> 16) & 1);
        return new BFloat16((ushort)((bits + half) >> 16));
    }

    /// <summary>The nearest value, in one rounding.</summary>
    public static BFloat16 FromDouble(double value)
    {
        // Rounding to odd first keeps what the second rounding must know.
        float near = (float)value;
        if (near != value && float.IsFinite(near))
        {
            uint bits = BitConverter.SingleToUInt32Bits(near);
            bool away = Math.Abs((double)near) > Math.Abs(value);
            bits = (away ? bits - 1 : bits) | 1;
            near = BitConverter.UInt32BitsToSingle(bits);
        }
        return FromSingle(near);
    }

    /// <summary>The same value, exactly.</summary>
    public float ToSingle() => BitConverter.UInt32BitsToSingle((uint)Bits << 16);
}

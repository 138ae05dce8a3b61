namespace Robustness.Emulator;

/// <summary>The bits of a literal when it is used as a given type.</summary>
internal static class PtxImmediate
{
    public static ulong Bits(PtxOperand literal, bool negative, PtxType type)
    {
        if (literal.Kind == PtxOperandKind.Integer)
        {
            ulong value = negative ? 0 - literal.Bits : literal.Bits;
            return type switch
            {
                PtxType.F32 => BitConverter.SingleToUInt32Bits((long)value),
                PtxType.F64 => BitConverter.DoubleToUInt64Bits((long)value),
                _ => value,
            };
        }
        double real =
            literal.Kind == PtxOperandKind.Single
                ? BitConverter.UInt32BitsToSingle((uint)literal.Bits)
                : BitConverter.UInt64BitsToDouble(literal.Bits);
        bool keep = literal.Kind == PtxOperandKind.Single == (type == PtxType.F32);
        if (keep && type is PtxType.F32 or PtxType.F64)
        {
            ulong sign = type == PtxType.F32 ? 1UL << 31 : 1UL << 63;
            return negative ? literal.Bits ^ sign : literal.Bits;
        }
        if (type == PtxType.F64)
        {
            return BitConverter.DoubleToUInt64Bits(negative ? -real : real);
        }
        if (type == PtxType.F32)
        {
            return BitConverter.SingleToUInt32Bits((float)(negative ? -real : real));
        }
        return literal.Bits;
    }
}

namespace Robustness.Emulator;

/// <summary>Conversions between all scalar types, packing and unpacking.</summary>
internal static unsafe class ConvertLoops
{
    public static void Pack(Warp warp, Op* op, uint mask)
    {
        for (int lane = 0; lane < 32; lane++)
        {
            if ((mask >> lane & 1) == 0)
            {
                continue;
            }
            ulong value = 0;
            for (int i = 0; i < op->Count; i++)
            {
                ulong part = ((uint*)(warp.R + op->X[i]))[lane];
                part &= op->Mode == 4 ? uint.MaxValue : (1UL << (8 * op->Mode)) - 1;
                value |= part << (8 * op->Mode * i);
            }
            if (op->Width == 8)
            {
                ((ulong*)(warp.R + op->D))[lane] = value;
            }
            else
            {
                ((uint*)(warp.R + op->D))[lane] = (uint)value;
            }
        }
    }

    public static void Unpack(Warp warp, Op* op, uint mask)
    {
        for (int lane = 0; lane < 32; lane++)
        {
            ulong value =
                op->Width == 8 ? ((ulong*)(warp.R + op->D))[lane] : ((uint*)(warp.R + op->D))[lane];
            for (int i = 0; i < op->Count && (mask >> lane & 1) != 0; i++)
            {
                if (op->X[i] >= 0)
                {
                    ulong part = value >> (8 * op->Mode * i);
                    part &= op->Mode == 4 ? uint.MaxValue : (1UL << (8 * op->Mode)) - 1;
                    ((uint*)(warp.R + op->X[i]))[lane] = (uint)part;
                }
            }
        }
    }

    public static void Pair(byte* d, byte* a, byte* b, byte* c, Op* op)
    {
        for (int lane = 0; lane < 32; lane++)
        {
            ((uint*)d)[lane] =
                ((uint)Narrow(((float*)a)[lane], op) << 16) | Narrow(((float*)b)[lane], op);
        }
    }

    private static ushort Narrow(float value, Op* op) =>
        op->Type == PtxType.BF16x2 ? ToBFloat(value, 0) : ToHalf(value);

    public static ushort ToHalf(double value) =>
        double.IsNaN(value) ? (ushort)0x7FFF : BitConverter.HalfToUInt16Bits((Half)value);

    /// <summary>
    /// Nearest even; <paramref name="tail"/> is the sign of what the f32 leaves out.
    /// </summary>
    public static ushort ToBFloat(float value, double tail)
    {
        if (float.IsNaN(value))
        {
            return 0x7FFF;
        }
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    public static void General(byte* d, byte* a, byte* b, byte* c, Op* op)
    {
        var from = (PtxType)op->X[0];
        bool wide = PtxTypes.Size(from) == 8;
        for (int lane = 0; lane < 32; lane++)
        {
            ulong bits = wide ? ((ulong*)a)[lane] : ((uint*)a)[lane];
            ulong result = PtxTypes.IsFloat(from)
                ? FromFloat(bits, from, op)
                : FromInteger(bits, from, op);
            if (op->Width == 8)
            {
                ((ulong*)d)[lane] = result;
            }
            else
            {
                ((uint*)d)[lane] = (uint)result;
            }
        }
    }

    private static Int128 Value(ulong bits, PtxType type)
    {
        int shift = 64 - (8 * PtxTypes.Size(type));
        return PtxTypes.IsSigned(type)
            ? (long)(bits << shift) >> shift
            : (Int128)((bits << shift) >> shift);
    }

    private static ulong FromInteger(ulong bits, PtxType from, Op* op)
    {
        Int128 value = Value(bits, from);
        switch (op->Type)
        {
            case PtxType.F32:
                double high = (double)value;
                float single = Rounding.ToSingle(
                    high,
                    (double)(value - (Int128)high),
                    (RoundingMode)(op->Mode & 3)
                );
                return BitConverter.SingleToUInt32Bits(
                    (op->Mode & FloatLoops.Saturate) != 0 ? Rounding.Saturate(single) : single
                );
            case PtxType.F64:
                return BitConverter.DoubleToUInt64Bits((double)value);
            case PtxType.F16:
                return ToHalf((double)value);
            case PtxType.BF16:
                return ToBFloat((float)Rounding.ToOdd((double)value, 0), 0);
            default:
                return (op->Mode & FloatLoops.Saturate) != 0
                    ? Clamp(value, op->Type)
                    : Wrap(value, op->Type);
        }
    }

    private static ulong Wrap(Int128 value, PtxType type)
    {
        int shift = 64 - (8 * PtxTypes.Size(type));
        ulong bits = unchecked((ulong)value) << shift;
        return PtxTypes.IsSigned(type) ? (ulong)((long)bits >> shift) : bits >> shift;
    }

    private static ulong Clamp(Int128 value, PtxType type)
    {
        int width = 8 * PtxTypes.Size(type);
        Int128 low = PtxTypes.IsSigned(type) ? -(Int128.One << (width - 1)) : 0;
        Int128 high = PtxTypes.IsSigned(type)
            ? (Int128.One << (width - 1)) - 1
            : (Int128.One << width) - 1;
        return Wrap(Int128.Clamp(value, low, high), type);
    }

    private static ulong FromFloat(ulong bits, PtxType from, Op* op)
    {
        double value = from switch
        {
            PtxType.F16 => (double)BitConverter.UInt16BitsToHalf((ushort)bits),
            PtxType.BF16 => BitConverter.UInt32BitsToSingle((uint)bits << 16),
            PtxType.F64 => BitConverter.UInt64BitsToDouble(bits),
            _ => BitConverter.UInt32BitsToSingle((uint)bits),
        };
        bool flush = (op->Mode & FloatLoops.Ftz) != 0 && from == PtxType.F32;
        value = flush && float.IsSubnormal((float)value) ? Math.CopySign(0, value) : value;
        if (op->Count == 1 || !PtxTypes.IsFloat(op->Type))
        {
            value = (RoundingMode)(op->Mode & 3) switch
            {
                RoundingMode.Zero => Math.Truncate(value),
                RoundingMode.Down => Math.Floor(value),
                RoundingMode.Up => Math.Ceiling(value),
                _ => Math.Round(value, MidpointRounding.ToEven),
            };
        }
        if ((op->Mode & FloatLoops.Saturate) != 0 && PtxTypes.IsFloat(op->Type))
        {
            value = value > 0 ? Math.Min(value, 1) : 0;
        }
        return op->Type switch
        {
            PtxType.F32 => BitConverter.SingleToUInt32Bits(
                Rounding.ToSingle(value, 0, op->Count == 1 ? 0 : (RoundingMode)(op->Mode & 3))
            ),
            PtxType.F64 => BitConverter.DoubleToUInt64Bits(Quiet.Of(value)),
            PtxType.F16 => ToHalf(value),
            PtxType.BF16 => ToBFloat(OddSingle(value), 0),
            _ => ToInteger(value, from, op->Type),
        };
    }

    /// <summary>An f32 that rounds to bf16 as the double would.</summary>
    private static float OddSingle(double value)
    {
        float near = (float)value;
        bool exact = near == value || double.IsNaN(value) || !float.IsFinite(near);
        if (exact || (BitConverter.SingleToUInt32Bits(near) & 1) != 0)
        {
            return near;
        }
        return near < value ? MathF.BitIncrement(near) : MathF.BitDecrement(near);
    }

    private static ulong ToInteger(double value, PtxType from, PtxType to)
    {
        int width = 8 * PtxTypes.Size(to);
        if (double.IsNaN(value))
        {
            return from == PtxType.F64 || width == 64 ? 1UL << (width - 1) : 0;
        }
        double limit = Math.Pow(2, 65);
        return Clamp((Int128)Math.Clamp(value, -limit, limit), to);
    }
}

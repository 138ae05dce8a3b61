using System.Runtime.Intrinsics;

namespace Robustness.Emulator;

/// <summary>Conversions between scalar types.</summary>
internal static unsafe class ConvertLoops
{
    /// <summary>Two f32 to a pair: the first operand becomes the upper half.</summary>
    public static void Pair(byte* d, byte* a, byte* b, byte* c, Op* op)
    {
        for (int lane = 0; lane < 32; lane++)
        {
            uint high = Narrow(((float*)a)[lane], op);
            uint low = Narrow(((float*)b)[lane], op);
            ((uint*)d)[lane] = (high << 16) | low;
        }
    }

    private static uint Narrow(double value, Op* op)
    {
        value = (op->Mode & HalfLoops.Relu) != 0 && value <= 0 ? 0 : value;
        var mode = (RoundingMode)(op->Mode & 3);
        bool brain = op->Type is PtxType.BF16x2 or PtxType.BF16;
        return brain ? SmallFloats.ToBFloat(value, mode) : SmallFloats.ToHalf(value, mode);
    }

    public static void ToTensor(byte* d, byte* a, byte* b, byte* c, Op* op)
    {
        for (int lane = 0; lane < 32; lane++)
        {
            uint bits = ((uint*)a)[lane];
            bits =
                (op->Mode & HalfLoops.Relu) != 0
                && (int)bits < 0
                && !Single.IsNaN(((float*)a)[lane])
                    ? 0
                    : bits;
            var mode = (RoundingMode)(op->Mode & 3);
            uint rounded = SmallFloats.ToTensor(bits, op->Count == 1, mode);
            bool infinite = (rounded & 0x7FFFFFFF) == 0x7F800000;
            ((uint*)d)[lane] =
                infinite && op->X[2] == 1 ? (rounded & 0x80000000) | 0x7F7FE000 : rounded;
        }
    }

    /// <summary>f32 to bf16, to nearest even.</summary>
    public static void SingleToBFloat(byte* d, byte* a, byte* b, byte* c, Op* op)
    {
        for (int i = 0; i < 128; i += 32)
        {
            Vector256<float> value = Vector256.Load((float*)(a + i));
            Vector256<uint> bits = value.AsUInt32();
            Vector256<uint> even = (bits >>> 16) & Vector256<uint>.One;
            Vector256<uint> near = (bits + Vector256.Create(0x7FFFu) + even) >>> 16;
            Vector256<uint> number = Vector256.Equals(value, value).AsUInt32();
            Vector256
                .ConditionalSelect(number, near, Vector256.Create((uint)SmallFloats.NaN))
                .Store((uint*)(d + i));
        }
    }

    public static void BFloatToSingle(byte* d, byte* a, byte* b, byte* c, Op* op)
    {
        for (int lane = 0; lane < 32; lane++)
        {
            ((float*)d)[lane] = Quiet.Of(SmallFloats.FromBFloat(((uint*)a)[lane]));
        }
    }

    public static void HalfToSingle(byte* d, byte* a, byte* b, byte* c, Op* op)
    {
        for (int lane = 0; lane < 32; lane++)
        {
            ((float*)d)[lane] = Quiet.Of((float)((Half*)a)[2 * lane]);
        }
    }

    /// <summary>32-bit signed integers to f32, to nearest even.</summary>
    public static void IntToSingle(byte* d, byte* a, byte* b, byte* c, Op* op)
    {
        for (int i = 0; i < 128; i += 32)
        {
            Vector256.ConvertToSingle(Vector256.Load((int*)(a + i))).Store((float*)(d + i));
        }
    }

    /// <summary>
    /// Between integers without saturation; X[1] and X[2] say which registers are wide.
    /// </summary>
    public static void Integers(byte* d, byte* a, byte* b, byte* c, Op* op)
    {
        var from = (PtxType)op->X[0];
        int cut = 64 - (8 * PtxTypes.Size(from));
        int wrap = 64 - (8 * Math.Min(PtxTypes.Size(op->Type), 8));
        bool signedFrom = PtxTypes.IsSigned(from);
        bool signedTo = PtxTypes.IsSigned(op->Type);
        for (int lane = 0; lane < 32; lane++)
        {
            ulong bits = Read(a, lane, op) << cut;
            bits = signedFrom ? (ulong)((long)bits >> cut) : bits >> cut;
            bits <<= wrap;
            Write(d, lane, op, signedTo ? (ulong)((long)bits >> wrap) : bits >> wrap);
        }
    }

    private static ulong Read(byte* a, int lane, Op* op) =>
        op->X[1] != 0 ? ((ulong*)a)[lane] : ((uint*)a)[lane];

    private static void Write(byte* d, int lane, Op* op, ulong value)
    {
        if (op->Width == 8)
        {
            ((ulong*)d)[lane] = value;
        }
        else
        {
            ((uint*)d)[lane] = (uint)value;
        }
    }

    public static void General(byte* d, byte* a, byte* b, byte* c, Op* op)
    {
        var from = (PtxType)op->X[0];
        for (int lane = 0; lane < 32; lane++)
        {
            ulong bits = Read(a, lane, op);
            Write(
                d,
                lane,
                op,
                PtxTypes.IsFloat(from) ? FromFloat(bits, from, op) : FromInteger(bits, from, op)
            );
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
                return BitConverter.DoubleToUInt64Bits(
                    ToDouble(value, (RoundingMode)(op->Mode & 3))
                );
            case PtxType.F16:
                return SmallFloats.ToHalf(Odd(value), (RoundingMode)(op->Mode & 3));
            case PtxType.BF16:
                return SmallFloats.ToBFloat(Odd(value), (RoundingMode)(op->Mode & 3));
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
            PtxType.F16 => SmallFloats.FromHalf((uint)bits),
            PtxType.BF16 => SmallFloats.FromBFloat((uint)bits),
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
            PtxType.F32 => ToSingle(value, op),
            PtxType.F64 => BitConverter.DoubleToUInt64Bits(Quiet.Of(value)),
            PtxType.F16 or PtxType.BF16 => Narrow(value, op),
            _ => ToInteger(value, from, op->Type),
        };
    }

    private static ulong ToSingle(double value, Op* op)
    {
        RoundingMode mode = op->Count == 1 ? 0 : (RoundingMode)(op->Mode & 3);
        float single = Rounding.ToSingle(value, 0, mode);
        bool flush = (op->Mode & FloatLoops.Ftz) != 0;
        return BitConverter.SingleToUInt32Bits(flush ? Rounding.Flush(single) : single);
    }

    /// <summary>The double next to an integer, its last bit odd when it is inexact.</summary>
    private static double Odd(Int128 value)
    {
        double near = (double)value;
        return Rounding.ToOdd(near, (double)(value - (Int128)near));
    }

    private static double ToDouble(Int128 value, RoundingMode mode)
    {
        double near = (double)value;
        Int128 rest = value - (Int128)near;
        bool down =
            mode == RoundingMode.Down || (mode == RoundingMode.Zero && Int128.IsPositive(value));
        return mode == RoundingMode.Nearest || rest == 0 ? near
            : down && rest < 0 ? Math.BitDecrement(near)
            : !down && rest > 0 ? Math.BitIncrement(near)
            : near;
    }

    private static ulong ToInteger(double value, PtxType from, PtxType to)
    {
        int width = 8 * PtxTypes.Size(to);
        if (double.IsNaN(value))
        {
            return from == PtxType.F64 || width == 64 ? Wrap(Int128.One << (width - 1), to) : 0;
        }
        double limit = Math.Pow(2, 65);
        return Clamp((Int128)Math.Clamp(value, -limit, limit), to);
    }
}

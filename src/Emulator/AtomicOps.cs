using System.Numerics;

namespace Robustness.Emulator;

/// <summary>Operations of atom and red.</summary>
internal enum AtomicOperation
{
    Add,
    And,
    Or,
    Xor,
    Min,
    Max,
    Inc,
    Dec,
    Exch,
    Cas,
}

/// <summary>Atomic read-modify-write, lane by lane in lane order.</summary>
internal static unsafe class AtomicOps
{
    public static void Run(Warp warp, Op* op, uint mask)
    {
        ulong* addresses = stackalloc ulong[32];
        MemoryOps.Addresses(warp, op, addresses);
        int size = PtxTypes.Size(op->Type);
        BlockRunner runner = warp.Runner;
        var access = new WarpAccess
        {
            Mask = mask,
            Bytes = size,
            Kind = FaultAccess.Atomic,
            Offsets = addresses,
        };
        bool direct = runner.Direct(warp, op, ref access);
        if (!direct)
        {
            runner.CountRequest(op, mask, size, FaultAccess.Atomic);
        }
        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            byte* at = direct
                ? access.Region.Host + addresses[lane]
                : runner.Check(warp, op, lane, addresses[lane], size, FaultAccess.Atomic);
            bool flush = op->Type == PtxType.F32 && !(direct && access.Space == PtxSpace.Shared);
            Lane(warp, op, lane, at, size, flush);
            if (direct)
            {
                ulong address = access.Region.Start + addresses[lane];
                runner.Handshake(warp, op, lane, address, true);
            }
        }
    }

    private static void Lane(Warp warp, Op* op, int lane, byte* at, int size, bool flush)
    {
        ulong value = Read(warp.R + op->X[0] + (lane * op->Stride), size);
        ulong old = at is null ? 0xCDCDCDCDCDCDCDCD : Read(at, size);
        ulong result =
            op->Target != (int)AtomicOperation.Cas ? Combine(op, old, value, flush)
            : old == value ? Read(warp.R + op->X[1] + (lane * op->Stride), size)
            : old;
        if (at is not null)
        {
            Write(at, size, result);
        }
        if (op->D >= 0)
        {
            Write(warp.R + op->D + (lane * op->Stride), Math.Max(size, 4), old);
        }
    }

    private static ulong Read(byte* at, int size) =>
        size switch
        {
            8 => *(ulong*)at,
            4 => *(uint*)at,
            _ => *(ushort*)at,
        };

    private static void Write(byte* at, int size, ulong value)
    {
        switch (size)
        {
            case 8:
                *(ulong*)at = value;
                break;
            case 4:
                *(uint*)at = (uint)value;
                break;
            default:
                *(ushort*)at = (ushort)value;
                break;
        }
    }

    private static ulong Combine(Op* op, ulong old, ulong value, bool flush)
    {
        if (PtxTypes.IsFloat(op->Type))
        {
            return (AtomicOperation)op->Target == AtomicOperation.Exch
                ? value
                : AddFloat(op->Type, old, value, flush);
        }
        bool wide = PtxTypes.Size(op->Type) == 8;
        bool signed = PtxTypes.IsSigned(op->Type);
        long a = wide ? (long)old : (int)old;
        long b = wide ? (long)value : (int)value;
        bool less = signed ? a < b : old < value;
        return (AtomicOperation)op->Target switch
        {
            AtomicOperation.Add => old + value,
            AtomicOperation.And => old & value,
            AtomicOperation.Or => old | value,
            AtomicOperation.Xor => old ^ value,
            AtomicOperation.Min => less ? old : value,
            AtomicOperation.Max => less ? value : old,
            AtomicOperation.Inc => old >= value ? 0 : old + 1,
            AtomicOperation.Dec => old == 0 || old > value ? value : old - 1,
            _ => value,
        };
    }

    private static ulong AddFloat(PtxType type, ulong old, ulong value, bool flush)
    {
        switch (type)
        {
            case PtxType.F32:
                float a = BitConverter.UInt32BitsToSingle((uint)old);
                float b = BitConverter.UInt32BitsToSingle((uint)value);
                float sum = flush ? Rounding.Flush(Rounding.Flush(a) + Rounding.Flush(b)) : a + b;
                return BitConverter.SingleToUInt32Bits(Quiet.Of(sum));
            case PtxType.F64:
                double total =
                    BitConverter.UInt64BitsToDouble(old) + BitConverter.UInt64BitsToDouble(value);
                return BitConverter.DoubleToUInt64Bits(Quiet.Of(total));
            case PtxType.F16 or PtxType.F16x2:
                return Halves<HalfFormat>(old, value);
            default:
                return Halves<BFloatFormat>(old, value);
        }
    }

    private static ulong Halves<TFormat>(ulong old, ulong value)
        where TFormat : IHalfFormat
    {
        uint low = Half<TFormat>((uint)old & 0xFFFF, (uint)value & 0xFFFF);
        uint high = Half<TFormat>((uint)old >> 16, (uint)value >> 16);
        return (high << 16) | low;
    }

    private static uint Half<TFormat>(uint old, uint value)
        where TFormat : IHalfFormat =>
        TFormat.Narrow(HalfAdd.Of(TFormat.Widen(old), TFormat.Widen(value), 0));
}

namespace Robustness.Emulator;

/// <summary>Atomic read-modify-write, lane by lane in lane order.</summary>
internal static unsafe class AtomicOps
{
    public static void Run(Warp warp, Op* op, uint mask)
    {
        ulong* addresses = stackalloc ulong[32];
        MemoryOps.Addresses(warp, op, addresses);
        int size = PtxTypes.Size(op->Type);
        warp.Runner.Count(op, addresses, mask, size, FaultAccess.Atomic);
        for (int lane = 0; lane < 32; lane++)
        {
            if ((mask >> lane & 1) == 0)
            {
                continue;
            }
            byte* at = warp.Runner.Check(warp, op, lane, addresses[lane], size, FaultAccess.Atomic);
            ulong value = Lane(warp.R + op->X[0], lane, size);
            ulong swap = Lane(warp.R + op->X[1], lane, size);
            ulong old = at is null ? 0xCDCDCDCDCDCDCDCD : Lane(at, 0, size);
            ulong result = op->Target == 9 ? (old == value ? swap : old) : Combine(op, old, value);
            if (at is not null)
            {
                Put(at, 0, size, result);
            }
            if (op->D >= 0)
            {
                Put(warp.R + op->D, lane, size, old);
            }
        }
    }

    private static ulong Lane(byte* slot, int lane, int size) =>
        size == 8 ? ((ulong*)slot)[lane] : ((uint*)slot)[lane];

    private static void Put(byte* slot, int lane, int size, ulong value)
    {
        if (size == 8)
        {
            ((ulong*)slot)[lane] = value;
        }
        else
        {
            ((uint*)slot)[lane] = (uint)value;
        }
    }

    private static ulong Combine(Op* op, ulong old, ulong value)
    {
        bool wide = PtxTypes.Size(op->Type) == 8;
        bool signed = PtxTypes.IsSigned(op->Type);
        long a = wide ? (long)old : (int)old;
        long b = wide ? (long)value : (int)value;
        bool less = signed ? a < b : old < value;
        return op->Target switch
        {
            0 when op->Type == PtxType.F32 => BitConverter.SingleToUInt32Bits(
                Quiet.Of(
                    BitConverter.UInt32BitsToSingle((uint)old)
                        + BitConverter.UInt32BitsToSingle((uint)value)
                )
            ),
            0 when op->Type == PtxType.F64 => BitConverter.DoubleToUInt64Bits(
                Quiet.Of(
                    BitConverter.UInt64BitsToDouble(old) + BitConverter.UInt64BitsToDouble(value)
                )
            ),
            0 => old + value,
            1 => old & value,
            2 => old | value,
            3 => old ^ value,
            4 => less ? old : value,
            5 => less ? value : old,
            6 => old >= value ? 0 : old + 1,
            7 => old == 0 || old > value ? value : old - 1,
            _ => value,
        };
    }
}

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Robustness.Emulator;

/// <summary>Loads and stores of a warp.</summary>
internal static unsafe class MemoryOps
{
    [SkipLocalsInit]
    public static void Load(Warp warp, Op* op, uint mask)
    {
        ulong* addresses = stackalloc ulong[32];
        int size = PtxTypes.Size(op->Type);
        Addresses(warp, op, addresses);
        var access = new WarpAccess
        {
            Mask = mask,
            Bytes = size * op->Count,
            Kind = FaultAccess.Load,
            Offsets = addresses,
        };
        if (!warp.Runner.Direct(warp, op, ref access))
        {
            LoadEach(warp, op, ref access);
            return;
        }
        byte* host = access.Region.Host;
        if (mask == uint.MaxValue && size == 4 && op->Stride == 4)
        {
            WordMoves.Load(warp, op, addresses, host, access.Pattern);
        }
        else if (mask == uint.MaxValue && size == 8 && op->Count == 1 && op->X[0] >= 0)
        {
            WordMoves.LoadLong((ulong*)(warp.R + op->X[0]), addresses, host);
        }
        else
        {
            LoadMasked(warp, op, addresses, host, mask);
        }
        if (op->Mode != 0)
        {
            Handshakes(warp, op, ref access);
        }
    }

    [SkipLocalsInit]
    public static void Store(Warp warp, Op* op, uint mask)
    {
        ulong* addresses = stackalloc ulong[32];
        int size = PtxTypes.Size(op->Type);
        Addresses(warp, op, addresses);
        var access = new WarpAccess
        {
            Mask = mask,
            Bytes = size * op->Count,
            Kind = FaultAccess.Store,
            Offsets = addresses,
        };
        if (!warp.Runner.Direct(warp, op, ref access))
        {
            StoreEach(warp, op, ref access);
            return;
        }
        byte* host = access.Region.Host;
        if (mask == uint.MaxValue && size == 4 && op->Stride == 4)
        {
            WordMoves.Store(warp, op, addresses, host, access.Pattern);
        }
        else
        {
            for (uint rest = mask; rest != 0; rest &= rest - 1)
            {
                int lane = BitOperations.TrailingZeroCount(rest);
                StoreLane(warp, op, lane, host + addresses[lane], size);
            }
        }
        if (op->Mode != 0)
        {
            Handshakes(warp, op, ref access);
        }
    }

    private static void Handshakes(Warp warp, Op* op, ref WarpAccess access)
    {
        for (uint rest = access.Mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            ulong address = access.Region.Start + access.Offsets[lane];
            bool writes = access.Kind != FaultAccess.Load;
            warp.Runner.Handshake(warp, op, lane, address, writes);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Addresses(Warp warp, Op* op, ulong* addresses) =>
        Addresses(warp.R + op->A, op->B != 0, (ulong)op->Imm, addresses);

    /// <summary>Addresses from a slot of 64-bit or, narrow, 32-bit registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Addresses(byte* slot, bool narrow, ulong offset, ulong* addresses)
    {
        Vector256<ulong> add = Vector256.Create(offset);
        for (int lane = 0; lane < 32; lane += 4)
        {
            Vector256<ulong> value = narrow
                ? Vector256.WidenLower(Vector128.Load((uint*)slot + lane).ToVector256Unsafe())
                : Vector256.Load((ulong*)slot + lane);
            (value + add).Store(addresses + lane);
        }
    }

    private static void LoadMasked(Warp warp, Op* op, ulong* offsets, byte* host, uint mask)
    {
        int size = PtxTypes.Size(op->Type);
        for (int i = 0; i < op->Count; i++)
        {
            if (op->X[i] < 0)
            {
                continue;
            }
            byte* slot = warp.R + op->X[i];
            for (uint rest = mask; rest != 0; rest &= rest - 1)
            {
                int lane = BitOperations.TrailingZeroCount(rest);
                Write(slot, lane, op, host + offsets[lane] + (i * size));
            }
        }
    }

    /// <summary>
    /// Lane by lane, because some lane's access is wrong or lies in another region.
    /// </summary>
    private static void LoadEach(Warp warp, Op* op, ref WarpAccess access)
    {
        ulong fill = 0xCDCDCDCDCDCDCDCD;
        int size = PtxTypes.Size(op->Type);
        warp.Runner.CountRequest(op, access.Mask, access.Bytes, FaultAccess.Load);
        for (uint rest = access.Mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            ulong address = access.Offsets[lane];
            byte* from = warp.Runner.Check(warp, op, lane, address, access.Bytes, access.Kind);
            for (int i = 0; i < op->Count; i++)
            {
                if (op->X[i] >= 0)
                {
                    byte* part = from is null ? (byte*)&fill : from + (i * size);
                    Write(warp.R + op->X[i], lane, op, part);
                }
            }
        }
    }

    private static void StoreEach(Warp warp, Op* op, ref WarpAccess access)
    {
        int size = PtxTypes.Size(op->Type);
        warp.Runner.CountRequest(op, access.Mask, access.Bytes, FaultAccess.Store);
        for (uint rest = access.Mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            ulong address = access.Offsets[lane];
            byte* to = warp.Runner.Check(warp, op, lane, address, access.Bytes, access.Kind);
            if (to is not null)
            {
                StoreLane(warp, op, lane, to, size);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreLane(Warp warp, Op* op, int lane, byte* to, int size)
    {
        for (int i = 0; i < op->Count; i++, to += size)
        {
            byte* from = warp.R + op->X[i] + (lane * op->Stride);
            switch (size)
            {
                case 1:
                    *to = *from;
                    break;
                case 2:
                    *(ushort*)to = *(ushort*)from;
                    break;
                case 4:
                    *(uint*)to = *(uint*)from;
                    break;
                default:
                    *(ulong*)to = *(ulong*)from;
                    break;
            }
        }
    }

    /// <summary>One lane of a loaded register, extended by the type.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(byte* slot, int lane, Op* op, byte* from)
    {
        long value = op->Type switch
        {
            PtxType.S8 => *(sbyte*)from,
            PtxType.U8 or PtxType.B8 => *from,
            PtxType.S16 => *(short*)from,
            PtxType.B16 or PtxType.U16 or PtxType.F16 or PtxType.BF16 => *(ushort*)from,
            PtxType.S32 => *(int*)from,
            >= PtxType.B64 => *(long*)from,
            _ => *(uint*)from,
        };
        if (op->Stride == 8)
        {
            ((long*)slot)[lane] = value;
        }
        else
        {
            ((int*)slot)[lane] = (int)value;
        }
    }
}

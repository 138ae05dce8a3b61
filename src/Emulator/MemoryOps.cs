using System.Runtime.Intrinsics;

namespace Robustness.Emulator;

/// <summary>Loads and stores of a warp.</summary>
internal static unsafe class MemoryOps
{
    public static void Load(Warp warp, Op* op, uint mask)
    {
        ulong* addresses = stackalloc ulong[32];
        int size = PtxTypes.Size(op->Type);
        int bytes = size * op->Count;
        Addresses(warp, op, addresses);
        BlockRunner runner = warp.Runner;
        runner.Count(op, addresses, mask, bytes, FaultAccess.Load);
        byte* direct = runner.Direct(op, addresses, mask, bytes, FaultAccess.Load);
        if (direct is not null && size == 4 && op->Stride == 4)
        {
            LoadWords(warp, op, addresses, direct);
            return;
        }
        for (int lane = 0; lane < 32; lane++)
        {
            if ((mask >> lane & 1) == 0)
            {
                continue;
            }
            byte* from = runner.Check(warp, op, lane, addresses[lane], bytes, FaultAccess.Load);
            for (int i = 0; i < op->Count; i++)
            {
                if (op->X[i] >= 0)
                {
                    Write(warp.R + op->X[i], lane, op, from is null ? null : from + (i * size));
                }
            }
        }
    }

    public static void Store(Warp warp, Op* op, uint mask)
    {
        ulong* addresses = stackalloc ulong[32];
        int size = PtxTypes.Size(op->Type);
        int bytes = size * op->Count;
        Addresses(warp, op, addresses);
        BlockRunner runner = warp.Runner;
        runner.Count(op, addresses, mask, bytes, FaultAccess.Store);
        byte* direct = runner.Direct(op, addresses, mask, bytes, FaultAccess.Store);
        bool words = direct is not null && size == 4 && op->Stride == 4;
        for (int lane = 0; lane < 32; lane++)
        {
            if ((mask >> lane & 1) == 0)
            {
                continue;
            }
            byte* to = words
                ? direct + addresses[lane]
                : runner.Check(warp, op, lane, addresses[lane], bytes, FaultAccess.Store);
            for (int i = 0; i < op->Count && to is not null; i++)
            {
                byte* from = warp.R + op->X[i] + (lane * op->Stride);
                Buffer.MemoryCopy(from, to + (i * size), size, size);
            }
        }
    }

    public static void Addresses(Warp warp, Op* op, ulong* addresses)
    {
        byte* slot = warp.R + op->A;
        ulong offset = (ulong)op->Imm;
        if (op->B == 0)
        {
            for (int lane = 0; lane < 32; lane += 4)
            {
                (Vector256.Load((ulong*)slot + lane) + Vector256.Create(offset)).Store(
                    addresses + lane
                );
            }
            return;
        }
        for (int lane = 0; lane < 32; lane++)
        {
            addresses[lane] = ((uint*)slot)[lane] + offset;
        }
    }

    private static void LoadWords(Warp warp, Op* op, ulong* addresses, byte* memory)
    {
        if (op->Count == 4 && (op->X[0] | op->X[1] | op->X[2] | op->X[3]) >= 0)
        {
            uint* d0 = (uint*)(warp.R + op->X[0]);
            uint* d1 = (uint*)(warp.R + op->X[1]);
            uint* d2 = (uint*)(warp.R + op->X[2]);
            uint* d3 = (uint*)(warp.R + op->X[3]);
            for (int lane = 0; lane < 32; lane++)
            {
                uint* from = (uint*)(memory + addresses[lane]);
                d0[lane] = from[0];
                d1[lane] = from[1];
                d2[lane] = from[2];
                d3[lane] = from[3];
            }
            return;
        }
        for (int i = 0; i < op->Count; i++)
        {
            if (op->X[i] < 0)
            {
                continue;
            }
            uint* d = (uint*)(warp.R + op->X[i]);
            byte* part = memory + (4 * i);
            for (int lane = 0; lane < 32; lane++)
            {
                d[lane] = *(uint*)(part + addresses[lane]);
            }
        }
    }

    /// <summary>One lane of a loaded register, extended by the type; null gives the fill.</summary>
    private static void Write(byte* slot, int lane, Op* op, byte* from)
    {
        ulong fill = 0xCDCDCDCDCDCDCDCD;
        byte* source = from is null ? (byte*)&fill : from;
        long value = op->Type switch
        {
            PtxType.S8 => *(sbyte*)source,
            PtxType.U8 or PtxType.B8 => *source,
            PtxType.S16 => *(short*)source,
            _ when PtxTypes.Size(op->Type) == 2 => *(ushort*)source,
            PtxType.S32 => *(int*)source,
            _ when PtxTypes.Size(op->Type) == 4 => *(uint*)source,
            _ => *(long*)source,
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

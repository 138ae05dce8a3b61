namespace Robustness.Emulator;

/// <summary>
/// ldmatrix and stmatrix: lanes 8i to 8i+7 give the addresses of the 8 rows of matrix i, 16 bytes
/// each; lane l holds elements 2(l % 4) and the next of row l / 4, or, transposed, of that column.
/// </summary>
internal static unsafe class TileOps
{
    public static void Load(Warp warp, Op* op, uint mask)
    {
        ulong* addresses = stackalloc ulong[32];
        ushort* tiles = stackalloc ushort[4 * 64];
        WarpAccess access = Rows(warp, op, addresses, FaultAccess.Load);
        for (int row = 0; row < 8 * op->Count; row++)
        {
            byte* from = Row(warp, op, ref access, row);
            var target = new Span<byte>(tiles + (8 * row), 16);
            if (from is null)
            {
                target.Fill(MemoryRegion.Fill);
            }
            else
            {
                new ReadOnlySpan<byte>(from, 16).CopyTo(target);
            }
        }
        for (int i = 0; i < op->Count; i++)
        {
            for (int lane = 0; lane < 32 && op->X[i] >= 0; lane++)
            {
                if ((mask >> lane & 1) != 0)
                {
                    uint low = tiles[(64 * i) + Place(op, lane, 0)];
                    uint high = tiles[(64 * i) + Place(op, lane, 1)];
                    ((uint*)(warp.R + op->X[i]))[lane] = (high << 16) | low;
                }
            }
        }
    }

    public static void Store(Warp warp, Op* op, uint mask)
    {
        ulong* addresses = stackalloc ulong[32];
        ushort* tiles = stackalloc ushort[4 * 64];
        WarpAccess access = Rows(warp, op, addresses, FaultAccess.Store);
        for (int i = 0; i < op->Count; i++)
        {
            for (int lane = 0; lane < 32; lane++)
            {
                uint value = ((uint*)(warp.R + op->X[i]))[lane];
                tiles[(64 * i) + Place(op, lane, 0)] = (ushort)value;
                tiles[(64 * i) + Place(op, lane, 1)] = (ushort)(value >> 16);
            }
        }
        for (int row = 0; row < 8 * op->Count; row++)
        {
            byte* to = Row(warp, op, ref access, row);
            if (to is not null)
            {
                new ReadOnlySpan<byte>(tiles + (8 * row), 16).CopyTo(new Span<byte>(to, 16));
            }
        }
    }

    /// <summary>movmatrix: an 8 x 8 matrix of 16-bit elements, transposed.</summary>
    public static void Transpose(Warp warp, Op* op, uint mask)
    {
        ushort* tile = stackalloc ushort[64];
        var source = (ushort*)(warp.R + op->A);
        for (int i = 0; i < 64; i++)
        {
            tile[(8 * (i & 7)) + (i >> 3)] = source[i];
        }
        for (int lane = 0; lane < 32; lane++)
        {
            if ((mask >> lane & 1) != 0)
            {
                ((uint*)(warp.R + op->D))[lane] = ((uint*)tile)[lane];
            }
        }
    }

    /// <summary>The access of all rows; without a region when it must go row by row.</summary>
    private static WarpAccess Rows(Warp warp, Op* op, ulong* addresses, FaultAccess kind)
    {
        MemoryOps.Addresses(warp, op, addresses);
        return Pieces(warp, op, addresses, 8 * op->Count, kind);
    }

    private static WarpAccess Pieces(
        Warp warp,
        Op* op,
        ulong* addresses,
        int count,
        FaultAccess kind
    )
    {
        uint rows = count == 32 ? uint.MaxValue : (1u << count) - 1;
        var access = new WarpAccess
        {
            Mask = rows,
            Bytes = 16,
            Kind = kind,
            Offsets = addresses,
        };
        if (!warp.Runner.Direct(warp, op, ref access))
        {
            access.Region = null!;
            warp.Runner.CountRequest(op, rows, 16, kind);
        }
        return access;
    }

    /// <summary>Reads or writes up to 32 pieces of 16 bytes as one request.</summary>
    public static void MovePieces(
        Warp warp,
        Op* op,
        ulong* addresses,
        int count,
        byte* data,
        FaultAccess kind
    )
    {
        WarpAccess access = Pieces(warp, op, addresses, count, kind);
        for (int i = 0; i < count; i++)
        {
            byte* memory = Row(warp, op, ref access, i);
            var piece = new Span<byte>(data + (16 * i), 16);
            if (kind == FaultAccess.Load && memory is null)
            {
                piece.Fill(MemoryRegion.Fill);
            }
            else if (kind == FaultAccess.Load)
            {
                new ReadOnlySpan<byte>(memory, 16).CopyTo(piece);
            }
            else if (memory is not null)
            {
                piece.CopyTo(new Span<byte>(memory, 16));
            }
        }
    }

    private static byte* Row(Warp warp, Op* op, ref WarpAccess access, int row) =>
        access.Region is null
            ? warp.Runner.Check(warp, op, row, access.Offsets[row], 16, access.Kind)
            : access.Region.Host + access.Offsets[row];

    private static int Place(Op* op, int lane, int half)
    {
        int row = lane >> 2;
        int column = (2 * (lane & 3)) + half;
        return op->Target == 0 ? (8 * row) + column : (8 * column) + row;
    }
}

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Robustness.Emulator;

/// <summary>
/// Valid bytes and race tags of a warp's access; a suspicion goes to the slow check.
/// </summary>
internal sealed unsafe partial class BlockRunner
{
    private void Shadow(Warp warp, Op* op, ref WarpAccess access)
    {
        MemoryRegion region = access.Region;
        if (checksValid && region.Valid is not null)
        {
            ShadowValid(warp, op, ref access);
        }
        if (checksRaces && access.Space is PtxSpace.Global or PtxSpace.Shared)
        {
            region.TrackRaces();
            if (access.Bytes < 4)
            {
                region.RefineTags();
            }
            bool plainRun =
                access.Pattern == AccessPattern.Run
                && access.Bytes >= 1 << region.TagShift
                && access.Bytes <= 4 << region.TagShift
                && op->Mode == 0;
            if (!plainRun || !TagRun(warp, op, ref access))
            {
                TagLanes(warp, op, ref access);
            }
        }
    }

    private void ShadowValid(Warp warp, Op* op, ref WarpAccess access)
    {
        byte* valid = access.Region.Valid;
        int bytes = access.Bytes;
        bool load = access.Kind != FaultAccess.Store;
        if (access.Region.WhollyValid)
        {
            return;
        }
        if (access.Pattern == AccessPattern.Any)
        {
            if (load && ShadowLanes(ref access))
            {
                ReportMissing(warp, op, ref access);
            }
            if (access.Kind != FaultAccess.Load)
            {
                MarkLanes(ref access);
            }
            return;
        }
        int length = access.Pattern == AccessPattern.Run ? 32 * bytes : bytes;
        var span = new Span<byte>(valid + access.Offsets[0], length);
        if (load && span.Contains((byte)0))
        {
            ReportMissing(warp, op, ref access);
        }
        if (access.Kind != FaultAccess.Load)
        {
            span.Fill(1);
        }
    }

    /// <summary>Whether a lane reads bytes that nobody wrote.</summary>
    private static bool ShadowLanes(ref WarpAccess access)
    {
        byte* valid = access.Region.Valid;
        ulong previous = ulong.MaxValue;
        bool whole = true;
        for (uint rest = access.Mask; rest != 0; rest &= rest - 1)
        {
            ulong offset = access.Offsets[BitOperations.TrailingZeroCount(rest)];
            if (offset != previous)
            {
                whole &= AllSet(valid + offset, access.Bytes);
                previous = offset;
            }
        }
        return !whole;
    }

    private static void MarkLanes(ref WarpAccess access)
    {
        byte* valid = access.Region.Valid;
        for (uint rest = access.Mask; rest != 0; rest &= rest - 1)
        {
            byte* at = valid + access.Offsets[BitOperations.TrailingZeroCount(rest)];
            if (access.Bytes == 4)
            {
                *(uint*)at = 0x01010101;
            }
            else
            {
                Unsafe.InitBlockUnaligned(at, 1, (uint)access.Bytes);
            }
        }
    }

    private static bool AllSet(byte* at, int bytes) =>
        bytes switch
        {
            16 => Vector128.Load(at) == Vector128.Create((byte)1),
            8 => *(ulong*)at == 0x0101010101010101,
            4 => *(uint*)at == 0x01010101,
            2 => *(ushort*)at == 0x0101,
            1 => *at == 1,
            _ => !new Span<byte>(at, bytes).Contains((byte)0),
        };

    private void ReportMissing(Warp warp, Op* op, ref WarpAccess access)
    {
        for (uint rest = access.Mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            var place = new AccessPlace(
                warp,
                (nint)op,
                lane,
                access.Kind,
                access.Space,
                access.Bytes
            )
            {
                Buffer = access.Region.Name,
            };
            bool wrong = !AllSet(access.Region.Valid + access.Offsets[lane], access.Bytes);
            if (wrong && !IsFull())
            {
                Report(place, FaultKind.Uninitialized, "nobody wrote these bytes");
            }
        }
    }

    /// <summary>Tags below this cannot conflict with an access now.</summary>
    private ulong QuietTags(PtxSpace space) =>
        (ulong)(space == PtxSpace.Shared ? barrierEpoch : Launch.FirstEpoch) << 32;

    /// <summary>
    /// Lanes side by side and no earlier access that matters, or only reads that the new one adds
    /// nothing to: the usual case of coalesced accesses. False when a tag needs a closer look.
    /// </summary>
    private bool TagRun(Warp warp, Op* op, ref WarpAccess access)
    {
        MemoryRegion region = access.Region;
        ulong first = access.Offsets[0] >> region.TagShift;
        int each = access.Bytes >> region.TagShift;
        bool load = access.Kind == FaultAccess.Load;
        Vector256<ulong> quiet = Vector256.Create(QuietTags(access.Space));
        Vector256<ulong> many = Vector256.Create(((ulong)barrierEpoch << 32) | ManyOfBlock);
        Vector256<ulong> bit = Vector256.Create(ManyOfBlock);
        Vector256<ulong> written = Vector256<ulong>.Zero;
        Vector256<ulong> read = Vector256<ulong>.Zero;
        Vector256<ulong> settled = Vector256<ulong>.AllBitsSet;
        ulong* writes = region.Writes + first;
        ulong* reads = region.Reads + first;
        for (int i = 0; i < 32 * each; i += 4)
        {
            Vector256<ulong> old = Vector256.Load(reads + i);
            written |= Vector256.GreaterThanOrEqual(Vector256.Load(writes + i), quiet);
            read |= Vector256.GreaterThanOrEqual(old, quiet);
            settled &= Vector256.GreaterThanOrEqual(old, many) & Vector256.Equals(old & bit, bit);
        }
        if (written != Vector256<ulong>.Zero)
        {
            return false;
        }
        if (read != Vector256<ulong>.Zero)
        {
            return load && settled == Vector256<ulong>.AllBitsSet;
        }
        ulong tag = Tag(warp, op, 0);
        ulong* target = load ? reads : writes;
        for (int lane = 0; lane < 32; lane++, tag += 1UL << ThreadShift)
        {
            for (int i = 0; i < each; i++)
            {
                *target++ = tag;
            }
        }
        return true;
    }

    private ulong Tag(Warp warp, Op* op, int lane)
    {
        ulong thread = (ulong)((32 * warp.Index) + lane);
        ulong atomic = op->Mode != 0 ? Atomic : 0;
        return ((ulong)Launch.Epoch << 32) | (thread << ThreadShift) | atomic | (uint)op->Index;
    }

    private void TagLanes(Warp warp, Op* op, ref WarpAccess access)
    {
        MemoryRegion region = access.Region;
        int shift = region.TagShift;
        ulong quiet = QuietTags(access.Space);
        ulong many = ((ulong)barrierEpoch << 32) | ManyOfBlock;
        bool load = access.Kind == FaultAccess.Load && op->Mode == 0;
        ulong units = Math.Max(1, (ulong)access.Bytes >> shift);
        ulong previous = ulong.MaxValue;
        ulong tag = Tag(warp, op, 0);
        for (uint rest = access.Mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            ulong from = access.Offsets[lane] >> shift;
            ulong own = tag + ((ulong)lane << ThreadShift);
            if (!load || from != previous)
            {
                bool quick = load
                    ? TagRead(warp, region, from, units, own, quiet, many)
                    : op->Mode == 0 && TagWrite(region, from, units, own, quiet);
                if (!quick)
                {
                    TagLane(warp, op, ref access, lane, from, units);
                }
                previous = from;
                continue;
            }
            for (ulong unit = from; unit < from + units; unit++)
            {
                region.Reads[unit] |= ManyOfWarp;
            }
        }
    }

    /// <summary>Tags words as read; false when a write needs a closer look.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TagRead(
        Warp warp,
        MemoryRegion region,
        ulong from,
        ulong units,
        ulong tag,
        ulong quiet,
        ulong many
    )
    {
        ulong* writes = region.Writes;
        ulong* reads = region.Reads;
        for (ulong unit = from; unit < from + units; unit++)
        {
            if (writes[unit] >= quiet)
            {
                return false;
            }
            ulong read = reads[unit];
            if (read < quiet)
            {
                reads[unit] = tag;
            }
            else if (read < many || (read & ManyOfBlock) == 0)
            {
                reads[unit] = Merge(warp, read, tag);
            }
        }
        return true;
    }

    /// <summary>Tags words as written; false when an earlier access needs a closer look.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TagWrite(
        MemoryRegion region,
        ulong from,
        ulong units,
        ulong tag,
        ulong quiet
    )
    {
        for (ulong unit = from; unit < from + units; unit++)
        {
            if (region.Writes[unit] >= quiet || region.Reads[unit] >= quiet)
            {
                return false;
            }
        }
        for (ulong unit = from; unit < from + units; unit++)
        {
            region.Writes[unit] = tag;
        }
        return true;
    }

    private void TagLane(
        Warp warp,
        Op* op,
        ref WarpAccess access,
        int lane,
        ulong from,
        ulong units
    )
    {
        ulong tag = Tag(warp, op, lane);
        MemoryRegion region = access.Region;
        ulong conflict = 0;
        bool load = access.Kind == FaultAccess.Load;
        ulong quiet = QuietTags(access.Space);
        for (ulong unit = from; unit < from + units; unit++)
        {
            ulong write = region.Writes[unit];
            if (write >= quiet && conflict == 0 && Conflicts(write, tag, warp, access.Space))
            {
                conflict = write;
            }
            ulong read = region.Reads[unit];
            if (load)
            {
                region.Reads[unit] = read < quiet ? tag : Merge(warp, read, tag);
                continue;
            }
            if (read >= quiet && conflict == 0 && Conflicts(read, tag, warp, access.Space))
            {
                conflict = read;
            }
            region.Writes[unit] = write < quiet ? tag : tag & ~KeepPlain(write, tag, warp);
        }
        if (conflict != 0)
        {
            var place = new AccessPlace(
                warp,
                (nint)op,
                lane,
                access.Kind,
                access.Space,
                access.Bytes
            )
            {
                Buffer = region.Name,
            };
            ReportRace(place, conflict);
        }
    }
}

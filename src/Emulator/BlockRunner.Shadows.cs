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
                && access.Bytes == 4 << region.TagShift - 2
                && op->Mode == 0;
            if (plainRun && TagRun(warp, op, ref access))
            {
                return;
            }
            TagLanes(warp, op, ref access);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ShadowValid(Warp warp, Op* op, ref WarpAccess access)
    {
        byte* valid = access.Region.Valid;
        int bytes = access.Bytes;
        bool load = access.Kind != FaultAccess.Store;
        bool missing = false;
        if (access.Pattern != AccessPattern.Any)
        {
            int length = access.Pattern == AccessPattern.Run ? 32 * bytes : bytes;
            var span = new Span<byte>(valid + access.Offsets[0], length);
            missing = load && !access.Region.WhollyValid && span.Contains((byte)0);
            if (access.Kind != FaultAccess.Load && !access.Region.WhollyValid)
            {
                span.Fill(1);
            }
        }
        else if (!access.Region.WhollyValid)
        {
            for (uint rest = access.Mask; rest != 0; rest &= rest - 1)
            {
                byte* at = valid + access.Offsets[BitOperations.TrailingZeroCount(rest)];
                missing |= load && !AllSet(at, bytes);
            }
            if (missing)
            {
                ReportMissing(warp, op, ref access);
                missing = false;
            }
            for (
                uint rest = access.Mask;
                !(load && access.Kind == FaultAccess.Load) && rest != 0;
                rest &= rest - 1
            )
            {
                byte* at = valid + access.Offsets[BitOperations.TrailingZeroCount(rest)];
                Unsafe.InitBlockUnaligned(at, 1, (uint)bytes);
            }
        }
        if (missing)
        {
            ReportMissing(warp, op, ref access);
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
            if (!AllSet(access.Region.Valid + access.Offsets[lane], access.Bytes))
            {
                Report(place, FaultKind.Uninitialized, "nobody wrote these bytes");
            }
        }
    }

    /// <summary>Tags below this cannot conflict with an access now.</summary>
    private ulong QuietTags(PtxSpace space) =>
        (ulong)(space == PtxSpace.Shared ? barrierEpoch : Launch.FirstEpoch) << 32;

    /// <summary>
    /// One tag a lane, side by side, and no earlier access that matters: the usual case of
    /// coalesced accesses. False when a tag needs a closer look.
    /// </summary>
    private bool TagRun(Warp warp, Op* op, ref WarpAccess access)
    {
        MemoryRegion region = access.Region;
        ulong first = access.Offsets[0] >> region.TagShift;
        Vector256<ulong> quiet = Vector256.Create(QuietTags(access.Space));
        Vector256<ulong> found = Vector256<ulong>.Zero;
        ulong* writes = region.Writes + first;
        ulong* reads = region.Reads + first;
        for (int i = 0; i < 32; i += 4)
        {
            Vector256<ulong> old = Vector256.Load(writes + i);
            found |= Vector256.GreaterThanOrEqual(old, quiet);
            found |= Vector256.GreaterThanOrEqual(Vector256.Load(reads + i), quiet);
        }
        if (found != Vector256<ulong>.Zero)
        {
            return false;
        }
        ulong* target = access.Kind == FaultAccess.Load ? reads : writes;
        Vector256<ulong> tag =
            Vector256.Create(Tag(warp, op, 0)) + (Vector256.Create(0ul, 1, 2, 3) << ThreadShift);
        Vector256<ulong> step = Vector256.Create(4ul << ThreadShift);
        for (int i = 0; i < 32; i += 4)
        {
            tag.Store(target + i);
            tag += step;
        }
        return true;
    }

    private ulong Tag(Warp warp, Op* op, int lane)
    {
        ulong thread = (ulong)((32 * warp.Index) + lane);
        ulong atomic = op->Mode != 0 ? Atomic : 0;
        return ((ulong)Launch.Epoch << 32) | (thread << ThreadShift) | atomic | (uint)op->Index;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TagLanes(Warp warp, Op* op, ref WarpAccess access)
    {
        MemoryRegion region = access.Region;
        int shift = region.TagShift;
        ulong quiet = QuietTags(access.Space);
        ulong many = ManyOfBlock | ((ulong)barrierEpoch << 32);
        bool load = access.Kind == FaultAccess.Load && op->Mode == 0;
        ulong units = Math.Max(1, (ulong)access.Bytes >> shift);
        for (uint rest = access.Mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            ulong from = access.Offsets[lane] >> shift;
            bool quick = load;
            for (ulong unit = from; quick && unit < from + units; unit++)
            {
                ulong read = region.Reads[unit];
                // A word that several warps have read since the barrier needs no new tag.
                quick = region.Writes[unit] < quiet && read >= many && (read & ManyOfBlock) != 0;
            }
            if (!quick)
            {
                TagLane(warp, op, ref access, lane, from, units);
            }
        }
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
                region.Reads[unit] = read < quiet ? tag : Merge(read, tag);
                continue;
            }
            if (read >= quiet && conflict == 0 && Conflicts(read, tag, warp, access.Space))
            {
                conflict = read;
            }
            region.Writes[unit] = write < quiet ? tag : tag & ~KeepPlain(write, tag);
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

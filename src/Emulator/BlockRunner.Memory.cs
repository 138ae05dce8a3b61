using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Robustness.Emulator;

/// <summary>Shape of a warp's addresses.</summary>
internal enum AccessPattern
{
    Any,

    /// <summary>All lanes at one address.</summary>
    One,

    /// <summary>Lane after lane without gaps.</summary>
    Run,
}

/// <summary>A warp's access that lies in one region: offsets of the lanes from its start.</summary>
internal unsafe struct WarpAccess
{
    public MemoryRegion Region;
    public PtxSpace Space;
    public AccessPattern Pattern;
    public uint Mask;
    public int Bytes;
    public FaultAccess Kind;

    /// <summary>32 addresses, turned into offsets.</summary>
    public ulong* Offsets;
}

/// <summary>Address resolution of whole warps.</summary>
internal sealed unsafe partial class BlockRunner
{
    private readonly MemoryRegion?[] hits;
    private readonly bool checksRaces;
    private readonly bool checksValid;

    /// <summary>
    /// Resolves the access of a warp, checks it, keeps the shadows and counts. False when some lane
    /// lies elsewhere or is misaligned; then the lanes go one by one through <see cref="Check"/>.
    /// </summary>
    public bool Direct(Warp warp, Op* op, ref WarpAccess access)
    {
        ulong* addresses = access.Offsets;
        ulong first = addresses[BitOperations.TrailingZeroCount(access.Mask)];
        PtxSpace space = op->Space;
        ulong window = 0;
        if (space == PtxSpace.Generic)
        {
            space = Window(first);
            window = space == PtxSpace.Global ? 0 : first >> 40 << 40;
        }
        MemoryRegion? region = RegionOf(op, space, first - window);
        ulong bytes = (ulong)access.Bytes;
        if (region is null)
        {
            return false;
        }
        ulong size = space == PtxSpace.Local ? (ulong)Kernel.LocalBytes : region.Bytes;
        ulong start = region.Start + window;
        if (size < bytes || !Subtract(ref access, start, size - bytes))
        {
            return false;
        }
        if (space == PtxSpace.Local)
        {
            SpreadLocal(warp, addresses);
            access.Pattern = AccessPattern.Any;
        }
        access.Region = region;
        access.Space = region.Space;
        if (checksRaces | checksValid)
        {
            Shadow(warp, op, ref access);
        }
        if (Launch.Options.CollectCounters)
        {
            CountAccess(access);
        }
        return true;
    }

    private static PtxSpace Window(ulong address) =>
        (address >> 40) switch
        {
            1 => PtxSpace.Shared,
            2 => PtxSpace.Local,
            3 => PtxSpace.Param,
            _ => PtxSpace.Global,
        };

    private MemoryRegion? RegionOf(Op* op, PtxSpace space, ulong address)
    {
        switch (space)
        {
            case PtxSpace.Shared:
                return shared;
            case PtxSpace.Local:
                return local;
            case PtxSpace.Param:
                return parameters;
            default:
                MemoryRegion? hit = hits[op->Index];
                if (hit is null || address - hit.Start >= hit.Bytes)
                {
                    hit = Launch.Memory.Find(address, 1);
                    hits[op->Index] = hit;
                }
                return hit;
        }
    }

    /// <summary>Addresses to offsets; false when one is above the limit or misaligned.</summary>
    private static bool Subtract(ref WarpAccess access, ulong start, ulong limit)
    {
        ulong* addresses = access.Offsets;
        if (access.Mask != uint.MaxValue)
        {
            return SubtractSome(ref access, start, limit);
        }
        int shift = BitOperations.Log2((uint)access.Bytes);
        ulong zero = addresses[0] - start;
        Vector256<ulong> base_ = Vector256.Create(start);
        Vector256<ulong> most = Vector256.Create(limit);
        Vector256<ulong> lead = Vector256.Create(zero);
        Vector256<ulong> ramp = Vector256.Create(0ul, 1, 2, 3) << shift;
        Vector256<ulong> step = Vector256.Create(4ul << shift);
        Vector256<ulong> outside = Vector256<ulong>.Zero;
        Vector256<ulong> bits = Vector256<ulong>.Zero;
        Vector256<ulong> apart = Vector256<ulong>.Zero;
        Vector256<ulong> gaps = Vector256<ulong>.Zero;
        for (int lane = 0; lane < 32; lane += 4)
        {
            Vector256<ulong> offset = Vector256.Load(addresses + lane) - base_;
            outside |= Vector256.GreaterThan(offset, most);
            bits |= offset;
            apart |= offset ^ lead;
            gaps |= (offset - lead) ^ ramp;
            ramp += step;
            offset.Store(addresses + lane);
        }
        Vector256<ulong> wrong =
            outside | ((bits + base_) & Vector256.Create((ulong)access.Bytes - 1));
        access.Pattern =
            gaps == Vector256<ulong>.Zero ? AccessPattern.Run
            : apart == Vector256<ulong>.Zero ? AccessPattern.One
            : AccessPattern.Any;
        if (wrong == Vector256<ulong>.Zero)
        {
            return true;
        }
        for (int lane = 0; lane < 32; lane++)
        {
            addresses[lane] += start;
        }
        return false;
    }

    private static bool SubtractSome(ref WarpAccess access, ulong start, ulong limit)
    {
        ulong* addresses = access.Offsets;
        ulong align = (ulong)access.Bytes - 1;
        for (uint rest = access.Mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            if (addresses[lane] - start > limit || (addresses[lane] & align) != 0)
            {
                return false;
            }
        }
        for (int lane = 0; lane < 32; lane++)
        {
            addresses[lane] -= start;
        }
        access.Pattern = AccessPattern.Any;
        return true;
    }

    private void SpreadLocal(Warp warp, ulong* offsets)
    {
        ulong each = (ulong)Kernel.LocalBytes;
        for (int lane = 0; lane < 32; lane++)
        {
            offsets[lane] += (ulong)((32 * warp.Index) + lane) * each;
        }
    }
}

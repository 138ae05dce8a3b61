using System.Numerics;

namespace Robustness.Emulator;

/// <summary>The checks of one lane's access, with reports.</summary>
internal sealed unsafe partial class BlockRunner
{
    /// <summary>Checks one lane's access; null when it must not happen.</summary>
    public byte* Check(Warp warp, Op* op, int lane, ulong address, int bytes, FaultAccess kind)
    {
        EmulatorChecks checks = Launch.Options.Checks;
        (MemoryRegion? region, ulong offset, PtxSpace space) = Resolve(
            warp,
            op,
            lane,
            address,
            bytes
        );
        var place = new AccessPlace(warp, (nint)op, lane, kind, space, bytes);
        if (region is null)
        {
            if (checks.HasFlag(EmulatorChecks.Bounds))
            {
                ReportOutside(place, address);
            }
            return null;
        }
        place = place with { Buffer = region.Name };
        if ((address & (ulong)(bytes - 1)) != 0 && BitOperations.IsPow2(bytes))
        {
            if (checks.HasFlag(EmulatorChecks.Align))
            {
                Report(place, FaultKind.Misaligned, $"the address is no multiple of {bytes}");
            }
            return null;
        }
        if (checksValid && region.Valid is not null)
        {
            var valid = new Span<byte>(region.Valid + offset, bytes);
            if (kind != FaultAccess.Store && valid.Contains((byte)0))
            {
                Report(place, FaultKind.Uninitialized, "nobody wrote these bytes");
            }
            if (kind != FaultAccess.Load)
            {
                valid.Fill(1);
            }
        }
        if (checksRaces && space is PtxSpace.Global or PtxSpace.Shared)
        {
            CheckRace(place, region, offset);
        }
        return region.Host + offset;
    }

    /// <summary>
    /// Checks where an asynchronous copy will write: the lanes whose target exists. The bytes count
    /// as written for the race check from now on.
    /// </summary>
    public uint CheckTargets(Warp warp, Op* op, ulong* targets, uint mask, int bytes)
    {
        uint good = 0;
        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            bool fits = CheckTarget(warp, op, lane, targets[lane], bytes);
            good |= fits ? 1u << lane : 0;
        }
        return good;
    }

    private bool CheckTarget(Warp warp, Op* op, int lane, ulong address, int bytes)
    {
        EmulatorChecks checks = Launch.Options.Checks;
        const FaultAccess Kind = FaultAccess.Store;
        bool inside = Inside(address, (ulong)bytes, shared.Bytes);
        bool aligned = (address & (ulong)(bytes - 1)) == 0;
        var place = new AccessPlace(warp, (nint)op, lane, Kind, PtxSpace.Shared, bytes);
        if (!inside && checks.HasFlag(EmulatorChecks.Bounds))
        {
            ReportOutside(place, address);
        }
        if (inside && !aligned && checks.HasFlag(EmulatorChecks.Align))
        {
            Report(place, FaultKind.Misaligned, $"the address is no multiple of {bytes}");
        }
        if (inside && aligned && checksRaces)
        {
            CheckRace(place, shared, address);
        }
        return inside && aligned;
    }

    private (MemoryRegion? Region, ulong Offset, PtxSpace Space) Resolve(
        Warp warp,
        Op* op,
        int lane,
        ulong address,
        int bytes
    )
    {
        PtxSpace space = op->Space;
        if (space == PtxSpace.Generic)
        {
            space = Window(address);
            address &= space == PtxSpace.Global ? ulong.MaxValue : (1UL << 40) - 1;
        }
        ulong size = (ulong)bytes;
        switch (space)
        {
            case PtxSpace.Shared:
                return (Inside(address, size, shared.Bytes) ? shared : null, address, space);
            case PtxSpace.Param:
                bool given = Inside(address, size, parameters.Bytes);
                return (given ? parameters : null, address, space);
            case PtxSpace.Local:
                ulong each = (ulong)Kernel.LocalBytes;
                ulong thread = (ulong)((32 * warp.Index) + lane);
                bool own = Inside(address, size, each);
                return (own ? local : null, (thread * each) + address, space);
            default:
                MemoryRegion? region = Launch.Memory.Find(address, size);
                ulong offset = region is null ? 0 : address - region.Start;
                return (region, offset, region?.Space ?? PtxSpace.Global);
        }
    }

    private static bool Inside(ulong address, ulong bytes, ulong limit) =>
        address <= limit && limit - address >= bytes;

    private void ReportOutside(AccessPlace place, ulong address)
    {
        if (IsFull())
        {
            return;
        }
        if (place.Space is PtxSpace.Shared or PtxSpace.Local or PtxSpace.Param)
        {
            ulong limit = place.Space switch
            {
                PtxSpace.Shared => shared.Bytes,
                PtxSpace.Local => (ulong)Kernel.LocalBytes,
                _ => parameters.Bytes,
            };
            ulong plain =
                place.Op->Space == PtxSpace.Generic ? address & ((1UL << 40) - 1) : address;
            long past = Math.Max(0, (long)(plain - limit));
            string space = place.Space.ToString().ToLowerInvariant();
            string message = $"past the {limit} bytes of {space} memory";
            Report(place with { Distance = past }, FaultKind.OutOfBounds, message);
            return;
        }
        string? gone = Launch.Memory.FindFreed(address);
        if (gone is not null)
        {
            place = place with { Buffer = gone };
            Report(place, FaultKind.UseAfterFree, "the allocation was freed");
            return;
        }
        (string? name, long distance) = Launch.Memory.Nearest(address);
        string side =
            distance < 0 ? $"{-distance} bytes before the start" : $"{distance} bytes past the end";
        Report(
            place with
            {
                Buffer = name,
                Distance = distance,
            },
            FaultKind.OutOfBounds,
            name is null ? "no allocation exists" : $"{side} of {name}"
        );
    }
}

/// <summary>One lane's access under a check.</summary>
internal readonly unsafe record struct AccessPlace(
    Warp Warp,
    nint Instruction,
    int Lane,
    FaultAccess Kind,
    PtxSpace Space,
    int Bytes
)
{
    public Op* Op => (Op*)Instruction;

    public string? Buffer { get; init; }

    public long Distance { get; init; }
}

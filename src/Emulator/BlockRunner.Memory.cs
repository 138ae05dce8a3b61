using System.Numerics;

namespace Robustness.Emulator;

/// <summary>Address resolution and the checks of each access.</summary>
internal sealed unsafe partial class BlockRunner
{
    private readonly MemoryRegion?[] hits;

    /// <summary>
    /// Host address minus device address when a full warp's access lies in one region and no
    /// shadow has to be kept; null otherwise.
    /// </summary>
    public byte* Direct(Op* op, ulong* addresses, uint mask, int bytes, FaultAccess access)
    {
        bool shadows =
            (Launch.Options.Checks & (EmulatorChecks.Race | EmulatorChecks.Uninitialized)) != 0;
        bool fits = op->Space is PtxSpace.Global or PtxSpace.Shared;
        if (mask != uint.MaxValue || shadows || !fits || op->Mode != 0)
        {
            return null;
        }
        ulong low = ulong.MaxValue;
        ulong high = 0;
        ulong bits = 0;
        for (int lane = 0; lane < 32; lane++)
        {
            ulong address = addresses[lane];
            low = Math.Min(low, address);
            high = Math.Max(high, address);
            bits |= address;
        }
        MemoryRegion? region = op->Space == PtxSpace.Shared ? shared : hits[op->Index];
        if (region is null || low < region.Start || high - region.Start > region.Bytes)
        {
            region = op->Space == PtxSpace.Shared ? shared : Launch.Memory.Find(low, (ulong)bytes);
            hits[op->Index] = region;
        }
        bool inside =
            region is not null
            && low >= region.Start
            && region.Bytes >= (ulong)bytes
            && high - region.Start <= region.Bytes - (ulong)bytes
            && (bits & (ulong)(bytes - 1)) == 0;
        if (!inside)
        {
            return null;
        }
        if (access == FaultAccess.Store && region!.Valid is not null)
        {
            for (int lane = 0; lane < 32 && op->Space == PtxSpace.Global; lane++)
            {
                new Span<byte>(region.Valid + (addresses[lane] - region.Start), bytes).Fill(1);
            }
        }
        return region!.Host - region.Start;
    }

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
        var place = new AccessPlace(warp, op, lane, kind, space, bytes);
        if (region is null)
        {
            if (checks.HasFlag(EmulatorChecks.Bounds))
            {
                ReportOutside(place, address);
            }
            return null;
        }
        if ((address & (ulong)(bytes - 1)) != 0 && BitOperations.IsPow2(bytes))
        {
            if (checks.HasFlag(EmulatorChecks.Align))
            {
                Report(place, FaultKind.Misaligned, $"the address is no multiple of {bytes}");
            }
            return null;
        }
        if (region.Valid is not null)
        {
            var valid = new Span<byte>(region.Valid + offset, bytes);
            if (
                kind != FaultAccess.Store
                && checks.HasFlag(EmulatorChecks.Uninitialized)
                && valid.Contains((byte)0)
            )
            {
                Report(
                    place with
                    {
                        Buffer = region.Name,
                    },
                    FaultKind.Uninitialized,
                    "nobody wrote these bytes"
                );
            }
            if (kind != FaultAccess.Load)
            {
                valid.Fill(1);
            }
        }
        if (checks.HasFlag(EmulatorChecks.Race) && space is PtxSpace.Global or PtxSpace.Shared)
        {
            CheckRace(place with { Buffer = region.Name }, region, offset);
        }
        return region.Host + offset;
    }

    /// <summary>
    /// Checks where an asynchronous copy will write; false when it must not happen.
    /// </summary>
    public bool CheckTarget(Warp warp, Op* op, int lane, ulong address, int bytes)
    {
        EmulatorChecks checks = Launch.Options.Checks;
        var place = new AccessPlace(warp, op, lane, FaultAccess.Store, PtxSpace.Shared, bytes);
        bool inside = Inside(address, (ulong)bytes, shared.Bytes);
        bool aligned = (address & (ulong)(bytes - 1)) == 0;
        if (!inside && checks.HasFlag(EmulatorChecks.Bounds))
        {
            ReportOutside(place, address);
        }
        if (inside && !aligned && checks.HasFlag(EmulatorChecks.Align))
        {
            Report(place, FaultKind.Misaligned, $"the address is no multiple of {bytes}");
        }
        if (inside && aligned && checks.HasFlag(EmulatorChecks.Race))
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
            space = (address >> 40) switch
            {
                1 => PtxSpace.Shared,
                2 => PtxSpace.Local,
                3 => PtxSpace.Param,
                _ => PtxSpace.Global,
            };
            address &= space == PtxSpace.Global ? ulong.MaxValue : (1UL << 40) - 1;
        }
        ulong size = (ulong)bytes;
        switch (space)
        {
            case PtxSpace.Shared:
                return (Inside(address, size, shared.Bytes) ? shared : null, address, space);
            case PtxSpace.Param:
                return (
                    Inside(address, size, parameters.Bytes) ? parameters : null,
                    address,
                    space
                );
            case PtxSpace.Local:
                ulong each = (ulong)Launch.Function.LocalBytes;
                ulong thread = (ulong)((32 * warp.Index) + lane);
                return (
                    Inside(address, size, each) ? local : null,
                    (thread * each) + address,
                    space
                );
            default:
                MemoryRegion? region = Launch.Memory.Find(address, size);
                return (
                    region,
                    region is null ? 0 : address - region.Start,
                    region?.Space ?? PtxSpace.Global
                );
        }
    }

    private static bool Inside(ulong address, ulong bytes, ulong limit) =>
        address <= limit && limit - address >= bytes;

    private void ReportOutside(AccessPlace place, ulong address)
    {
        if (place.Space != PtxSpace.Global)
        {
            ulong limit = place.Space switch
            {
                PtxSpace.Shared => shared.Bytes,
                PtxSpace.Local => (ulong)Launch.Function.LocalBytes,
                _ => parameters.Bytes,
            };
            long past = Math.Max(0, (long)(address - limit));
            string space = PtxNames.Space(place.Space);
            Report(
                place with
                {
                    Distance = past,
                },
                FaultKind.OutOfBounds,
                $"past the {limit} bytes of {space} memory"
            );
            return;
        }
        string? gone = Launch.Memory.FindFreed(address);
        if (gone is not null)
        {
            Report(
                place with
                {
                    Buffer = gone,
                },
                FaultKind.UseAfterFree,
                "the allocation was freed"
            );
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
internal sealed unsafe record AccessPlace(
    Warp Warp,
    nint Instruction,
    int Lane,
    FaultAccess Kind,
    PtxSpace Space,
    int Bytes
)
{
    public AccessPlace(Warp warp, Op* op, int lane, FaultAccess kind, PtxSpace space, int bytes)
        : this(warp, (nint)op, lane, kind, space, bytes) { }

    public Op* Op => (Op*)Instruction;

    public string? Buffer { get; init; }

    public long Distance { get; init; }
}

/// <summary>Names of spaces in messages.</summary>
internal static class PtxNames
{
    public static string Space(PtxSpace space) => space.ToString().ToLowerInvariant();
}

namespace Robustness.Emulator;

/// <summary>
/// Race check: tags of the last writer and reader of each word, compared by epochs.
/// </summary>
internal sealed unsafe partial class BlockRunner
{
    private const ulong ManyOfWarp = 1UL << 21;
    private const ulong ManyOfBlock = 1UL << 20;
    private const ulong Atomic = 1UL << 19;
    private uint blockEpoch;
    private uint barrierEpoch;

    private void BeginEpoch()
    {
        Launch.Epoch++;
        blockEpoch = Launch.Epoch;
        begun.Add((blockEpoch, block));
        barrierEpoch = Launch.Epoch;
    }

    private void NextBarrierEpoch()
    {
        Launch.Epoch++;
        barrierEpoch = Launch.Epoch;
    }

    private void CheckRace(AccessPlace place, MemoryRegion region, ulong offset)
    {
        region.TrackRaces();
        if (place.Bytes < 4)
        {
            region.RefineTags();
        }
        Op* op = place.Op;
        ulong thread = (ulong)((32 * place.Warp.Index) + place.Lane);
        ulong atomic = op->Mode != 0 ? Atomic : 0;
        ulong tag = ((ulong)Launch.Epoch << 32) | (thread << 22) | atomic | (uint)op->Index;
        bool store = place.Kind != FaultAccess.Load;
        ulong from = offset >> region.TagShift;
        ulong to = (offset + (ulong)place.Bytes - 1) >> region.TagShift;
        ulong conflict = 0;
        for (ulong unit = from; unit <= to; unit++)
        {
            ulong write = region.Writes[unit];
            ulong read = region.Reads[unit];
            conflict = conflict == 0 && Conflicts(write, tag, place) ? write : conflict;
            if (store)
            {
                conflict = conflict == 0 && Conflicts(read, tag, place) ? read : conflict;
                region.Writes[unit] = tag;
            }
            else
            {
                region.Reads[unit] = tag | Shared(read, tag);
            }
        }
        if (conflict != 0)
        {
            ReportRace(place, conflict);
        }
    }

    /// <summary>Marks of a word that several threads read since the last barrier.</summary>
    private ulong Shared(ulong old, ulong tag)
    {
        if (old >> 32 < barrierEpoch)
        {
            return 0;
        }
        ulong marks = old & (ManyOfWarp | ManyOfBlock);
        ulong apart = (old ^ tag) >> 22 & 1023;
        marks |=
            apart == 0 ? 0
            : apart < 32 ? ManyOfWarp
            : ManyOfBlock;
        return marks;
    }

    private bool Conflicts(ulong old, ulong tag, AccessPlace place)
    {
        ulong epoch = old >> 32;
        if (epoch < Launch.FirstEpoch || (old & tag & Atomic) != 0)
        {
            return false;
        }
        if (epoch < blockEpoch)
        {
            return place.Space == PtxSpace.Global;
        }
        if (epoch < barrierEpoch)
        {
            return false;
        }
        ulong apart = (old ^ tag) >> 22 & 1023;
        bool ownWarp = apart < 32 && (old & ManyOfBlock) == 0;
        if (ownWarp && epoch < place.Warp.SyncEpoch)
        {
            return false;
        }
        return apart != 0 || (old & (ManyOfWarp | ManyOfBlock)) != 0;
    }

    private void ReportRace(AccessPlace place, ulong conflict)
    {
        ulong thread = conflict >> 22 & 1023;
        Op* other = Launch.Function.First + (conflict & 0x7FFFF);
        bool own = conflict >> 32 >= blockEpoch;
        FaultSite site = Site(
            own ? block : EarlierBlock((uint)(conflict >> 32)),
            (int)thread,
            other->Index
        );
        Report(
            place,
            FaultKind.Race,
            $"not ordered with the access at PTX line {site.PtxLine}",
            site
        );
    }

    private readonly List<(uint Epoch, Interop.Dim3 Block)> begun = [];

    private Interop.Dim3 EarlierBlock(uint epoch)
    {
        Interop.Dim3 found = block;
        foreach ((uint start, Interop.Dim3 which) in begun)
        {
            found = start <= epoch ? which : found;
        }
        return found;
    }
}

namespace Robustness.Emulator;

/// <summary>
/// Race check: tags of the last writer and reader of each word, compared by epochs.
/// </summary>
internal sealed unsafe partial class BlockRunner
{
    private const int ThreadShift = 22;
    private const ulong ManyOfWarp = 1UL << 21;
    private const ulong ManyOfBlock = 1UL << 20;
    private const ulong Atomic = 1UL << 19;

    /// <summary>Earlier blocks of the launch have read the word too.</summary>
    private const ulong ManyBlocks = 1UL << 18;
    private readonly List<(uint Epoch, Interop.Dim3 Block)> begun = [];
    private uint blockEpoch;
    private uint barrierEpoch;

    private void BeginEpoch()
    {
        if (!checksRaces)
        {
            return;
        }
        Launch.Epoch++;
        blockEpoch = Launch.Epoch;
        begun.Add((blockEpoch, block));
        barrierEpoch = Launch.Epoch;
    }

    private void NextBarrierEpoch()
    {
        if (checksRaces)
        {
            Launch.Epoch++;
            barrierEpoch = Launch.Epoch;
        }
    }

    private void CheckRace(AccessPlace place, MemoryRegion region, ulong offset)
    {
        region.TrackRaces();
        if (place.Bytes < 4)
        {
            region.RefineTags();
        }
        ulong from = offset >> region.TagShift;
        ulong to = (offset + (ulong)place.Bytes - 1) >> region.TagShift;
        var access = new WarpAccess
        {
            Region = region,
            Space = place.Space,
            Bytes = place.Bytes,
            Kind = place.Kind,
        };
        TagLane(place.Warp, place.Op, ref access, place.Lane, from, to - from + 1);
    }

    /// <summary>The new tag of a word that was read before in this launch.</summary>
    private ulong Merge(Warp warp, ulong old, ulong tag)
    {
        uint epoch = (uint)(old >> 32);
        int other = (int)(old >> ThreadShift & 1023);
        int thread = (int)(tag >> ThreadShift & 1023);
        bool single = (old & (ManyOfWarp | ManyOfBlock | ManyBlocks)) == 0;
        if (single && acquired.Count > 0 && IsOrdered(epoch, other, thread))
        {
            return tag;
        }
        if (epoch < blockEpoch)
        {
            return tag | ManyBlocks;
        }
        bool ownWarp = (thread ^ other) < 32 && (old & ManyOfBlock) == 0;
        if (epoch < barrierEpoch || (ownWarp && epoch < warp.SyncEpoch))
        {
            return tag | (old & ManyBlocks);
        }
        ulong apart = (old ^ tag) >> ThreadShift & 1023;
        ulong marks = old & (ManyOfWarp | ManyOfBlock | ManyBlocks);
        marks |=
            apart == 0 ? 0
            : apart < 32 ? ManyOfWarp
            : ManyOfBlock;
        return (tag | marks) & ~(~old & Atomic);
    }

    /// <summary>
    /// A plain write of the same thread is not hidden by an atomic one, unless the warp has met
    /// since.
    /// </summary>
    private ulong KeepPlain(ulong old, ulong tag, Warp warp)
    {
        uint since = Math.Max(barrierEpoch, warp.SyncEpoch);
        bool same = old >> 32 >= since && (old ^ tag) >> ThreadShift << 54 == 0;
        return same && (old & Atomic) == 0 ? Atomic : 0;
    }

    private bool Conflicts(ulong old, ulong tag, Warp warp, PtxSpace space)
    {
        uint epoch = (uint)(old >> 32);
        if (epoch < Launch.FirstEpoch || (old & tag & Atomic) != 0)
        {
            return false;
        }
        bool global = space == PtxSpace.Global;
        int thread = (int)(tag >> ThreadShift & 1023);
        int other = (int)(old >> ThreadShift & 1023);
        if (epoch < blockEpoch)
        {
            return global && !IsOrdered(epoch, other, thread);
        }
        if (global && (old & ManyBlocks) != 0 && !IsOrdered(blockEpoch - 1, -1, thread))
        {
            return true;
        }
        if (epoch < barrierEpoch)
        {
            return false;
        }
        bool ownWarp = (thread ^ other) < 32 && (old & ManyOfBlock) == 0;
        if (ownWarp && epoch < warp.SyncEpoch)
        {
            return false;
        }
        bool several = (old & ManyOfWarp) != 0;
        if (ownWarp && epoch < warp.LastMeeting(thread & 31, other & 31, several))
        {
            return false;
        }
        bool foreign = thread != other || (old & (ManyOfWarp | ManyOfBlock)) != 0;
        return foreign && !IsOrdered(epoch, other, thread);
    }

    private void ReportRace(AccessPlace place, ulong conflict)
    {
        if (IsFull())
        {
            return;
        }
        ulong thread = conflict >> ThreadShift & 1023;
        Op* other = Kernel.First + (conflict & 0x3FFFF);
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

    private Interop.Dim3 EarlierBlock(uint epoch)
    {
        int low = 0;
        int high = begun.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = begun[middle].Epoch <= epoch ? (middle + 1, high) : (low, middle);
        }
        return low == 0 ? block : begun[low - 1].Block;
    }
}

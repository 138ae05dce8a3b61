namespace Robustness.Emulator;

/// <summary>
/// Order by handshakes: a fence followed by an atomic on an address, and a later atomic on it by
/// another thread. What the releasing thread did before its fence, and what its block did before
/// the barrier ahead of it, is ordered before what the acquiring thread does afterwards, and its
/// block after the next barrier.
/// </summary>
internal sealed unsafe partial class BlockRunner
{
    private const int MostReleases = 1 << 18;
    private readonly Dictionary<ulong, List<HandshakeRelease>> releases = [];
    private readonly Dictionary<(ulong Address, int Thread), HandshakeAcquire> acquired = [];
    private readonly Dictionary<int, (uint Epoch, uint Barrier)> fences = [];
    private long handshakes;

    /// <summary>The lanes of a mask have passed a fence.</summary>
    public void Fence(Warp warp, uint mask)
    {
        if (!checksRaces)
        {
            return;
        }
        for (int lane = 0; lane < 32; lane++)
        {
            if ((mask >> lane & 1) != 0)
            {
                fences[(32 * warp.Index) + lane] = (Launch.Epoch, barrierEpoch);
            }
        }
        Launch.Epoch++;
    }

    /// <summary>
    /// A strong access: it acquires what was released there and releases its own.
    /// </summary>
    public void Handshake(Warp warp, Op* op, int lane, ulong address, bool writes)
    {
        if (!checksRaces)
        {
            return;
        }
        int thread = (32 * warp.Index) + lane;
        if (releases.TryGetValue(address, out List<HandshakeRelease>? list))
        {
            bool known = acquired.TryGetValue((address, thread), out HandshakeAcquire? last);
            if (!known || last!.Time < list[^1].Time)
            {
                acquired[(address, thread)] = new HandshakeAcquire(Launch.Epoch, handshakes);
            }
        }
        bool releasesNow = (op->Mode & StrongMode.Release) != 0;
        if (!writes || !(releasesNow || fences.ContainsKey(thread)))
        {
            return;
        }
        (uint epoch, uint barrier) = releasesNow ? (Launch.Epoch, barrierEpoch) : fences[thread];
        Launch.Epoch += releasesNow ? 1u : 0;
        if (handshakes < MostReleases)
        {
            if (list is null)
            {
                releases[address] = list = [];
            }
            (ulong, long)[] inherited =
            [
                .. acquired
                    .Where(entry => Applies(entry.Key.Thread, entry.Value, thread))
                    .Select(entry => (entry.Key.Address, entry.Value.Time)),
            ];
            list.Add(
                new HandshakeRelease(thread, blockEpoch, barrier, epoch, ++handshakes, inherited)
            );
        }
    }

    /// <summary>
    /// An arrival at a barrier object. One that every thread arrives at orders the block as a
    /// barrier does; any other passes on what the arriving thread did.
    /// </summary>
    public void ArriveAt(
        Warp warp,
        Op* op,
        int lane,
        ulong address,
        (int Expected, bool Completes) state
    )
    {
        if (!checksRaces)
        {
            return;
        }
        if (!IsShared(state.Expected))
        {
            Handshake(warp, op, lane, address, true);
        }
        else if (state.Completes)
        {
            NextBarrierEpoch();
        }
    }

    /// <summary>A wait at a barrier object that has ended.</summary>
    public void PassAt(Warp warp, Op* op, int lane, ulong address, int expected)
    {
        if (checksRaces && !IsShared(expected))
        {
            Handshake(warp, op, lane, address, false);
        }
    }

    private bool IsShared(int expected) => expected >= blockThreads;

    private void ForgetHandshakes()
    {
        acquired.Clear();
        fences.Clear();
    }

    private bool Applies(int acquirer, HandshakeAcquire acquire, int thread) =>
        acquirer == thread || acquire.Epoch < barrierEpoch;

    /// <summary>
    /// Whether an access of an earlier epoch is ordered before one of
    /// <paramref name="thread"/> now; other is the thread that made it, -1 for whichever.
    /// </summary>
    private bool IsOrdered(uint epoch, int other, int thread)
    {
        var open = new Stack<(ulong Address, long Until)>();
        var seen = new Dictionary<ulong, long>();
        foreach (((ulong address, int acquirer), HandshakeAcquire acquire) in acquired)
        {
            if (Applies(acquirer, acquire, thread))
            {
                open.Push((address, acquire.Time));
            }
        }
        while (open.TryPop(out (ulong Address, long Until) item))
        {
            long from = seen.GetValueOrDefault(item.Address);
            if (item.Until <= from)
            {
                continue;
            }
            seen[item.Address] = item.Until;
            foreach (HandshakeRelease release in releases[item.Address])
            {
                if (release.Time <= from || release.Time > item.Until)
                {
                    continue;
                }
                bool during = epoch >= release.BlockEpoch && epoch <= release.Epoch;
                bool own = other == release.Thread || epoch < release.BarrierEpoch;
                if (other < 0 || (during && own))
                {
                    return true;
                }
                Array.ForEach(release.Inherited, open.Push);
            }
        }
        return false;
    }
}

/// <summary>A release: the epochs of its block that it covers, and what it passes on.</summary>
internal sealed record HandshakeRelease(
    int Thread,
    uint BlockEpoch,
    uint BarrierEpoch,
    uint Epoch,
    long Time,
    (ulong Address, long Time)[] Inherited
);

/// <summary>An acquire: its epoch, and how many releases it may have seen.</summary>
internal sealed record HandshakeAcquire(uint Epoch, long Time);

/// <summary>Bits of a memory instruction's mode.</summary>
internal static class StrongMode
{
    /// <summary>Volatile, relaxed, acquire, release or atomic.</summary>
    public const int Strong = 1;
    public const int Release = 2;
}

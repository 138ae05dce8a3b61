using System.Numerics;

namespace Robustness.Emulator;

/// <summary>What an instruction does to a barrier object.</summary>
internal enum BarrierAction
{
    Init,
    Invalidate,
    ExpectBytes,
    CompleteBytes,
    Arrive,
    ArriveAndDrop,
    TestWait,
    TryWait,
    PendingCount,
}

/// <summary>
/// A barrier object's 64 bits: arrivals still to come (20), arrivals of a phase (20), bytes still
/// to come (22, signed), and the phase's parity in the top bit.
/// </summary>
internal readonly record struct BarrierObject(int Pending, int Expected, int Bytes, bool Odd)
{
    public const int Most = (1 << 20) - 1;

    public ulong Bits =>
        (uint)Pending
        | ((ulong)Expected << 20)
        | (((ulong)Bytes & 0x3FFFFF) << 40)
        | (Odd ? 1UL << 63 : 0);

    public static BarrierObject Of(ulong bits) =>
        new(
            (int)(bits & Most),
            (int)(bits >> 20 & Most),
            (int)(bits >> 40 << 10) >> 10,
            bits >> 63 != 0
        );

    /// <summary>The next phase, when nothing is missing in this one.</summary>
    public BarrierObject Completed() =>
        Pending == 0 && Bytes == 0 ? this with { Pending = Expected, Odd = !Odd } : this;
}

/// <summary>mbarrier, lane by lane in lane order.</summary>
internal static unsafe class BarrierObjectOps
{
    public const int ExpectsBytes = 4;
    public const int NoComplete = 8;
    public const int Parity = 16;
    public const int AfterCopies = 32;
    public const int CountsItself = 64;

    public static void PendingCount(byte* d, byte* a, byte* b, byte* c, Op* op)
    {
        for (int lane = 0; lane < 32; lane++)
        {
            ((int*)d)[lane] = BarrierObject.Of(((ulong*)a)[lane]).Pending;
        }
    }

    public static void Run(Warp warp, Op* op, uint mask)
    {
        if ((op->Mode & AfterCopies) != 0)
        {
            CopyOps.FinishAll(warp, mask);
        }
        ulong* addresses = stackalloc ulong[32];
        MemoryOps.Addresses(warp, op, addresses);
        var action = (BarrierAction)op->Target;
        var access = new WarpAccess
        {
            Mask = mask,
            Bytes = 8,
            Kind = action == BarrierAction.Init ? FaultAccess.Store : FaultAccess.Atomic,
            Offsets = addresses,
        };
        BlockRunner runner = warp.Runner;
        bool direct = runner.Direct(warp, op, ref access);
        if (!direct)
        {
            runner.CountRequest(op, mask, 8, access.Kind);
        }
        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            byte* at = direct
                ? access.Region.Host + addresses[lane]
                : runner.Check(warp, op, lane, addresses[lane], 8, access.Kind);
            if (at is not null)
            {
                Lane(warp, op, lane, (ulong*)at, addresses[lane] & ((1UL << 40) - 1));
            }
        }
    }

    private static void Lane(Warp warp, Op* op, int lane, ulong* at, ulong address)
    {
        BarrierObject old = BarrierObject.Of(*at);
        int count = ((int*)(warp.R + op->X[0]))[lane];
        switch ((BarrierAction)op->Target)
        {
            case BarrierAction.Init:
                Demand(
                    warp,
                    op,
                    lane,
                    count is > 0 and <= BarrierObject.Most,
                    "a count of 1 to 2^20 - 1"
                );
                *at = new BarrierObject(count, count, 0, false).Bits;
                break;
            case BarrierAction.Invalidate:
                *at = 0;
                break;
            case BarrierAction.ExpectBytes:
                *at = (old with { Bytes = old.Bytes + count }).Bits;
                break;
            case BarrierAction.CompleteBytes:
                *at = (old with { Bytes = old.Bytes - count }).Completed().Bits;
                break;
            case BarrierAction.Arrive or BarrierAction.ArriveAndDrop:
                Arrive(warp, op, lane, at, address);
                break;
            default:
                Wait(warp, op, lane, old, address);
                break;
        }
    }

    private static void Arrive(Warp warp, Op* op, int lane, ulong* at, ulong address)
    {
        BarrierObject old = BarrierObject.Of(*at);
        int count = ((int*)(warp.R + op->X[0]))[lane];
        BarrierObject changed = old;
        if ((op->Mode & ExpectsBytes) != 0)
        {
            changed = changed with { Bytes = changed.Bytes + count };
            count = 1;
        }
        bool last = old.Pending == count && changed.Bytes == 0;
        bool fits = count > 0 && count <= old.Pending && !(last && (op->Mode & NoComplete) != 0);
        Demand(warp, op, lane, fits, $"at most the {old.Pending} arrivals that are pending");
        bool drops = op->Target == (int)BarrierAction.ArriveAndDrop;
        bool itself = (op->Mode & CountsItself) != 0;
        changed = changed with
        {
            Pending = itself ? changed.Pending : changed.Pending - count,
            Expected = drops ? changed.Expected - count : changed.Expected,
        };
        *at = changed.Completed().Bits;
        if (op->D >= 0)
        {
            ((ulong*)(warp.R + op->D))[lane] = old.Bits;
        }
        bool completes = changed.Completed() != changed;
        warp.Runner.ArriveAt(warp, op, lane, address, (old.Expected, completes));
    }

    /// <summary>Whether the phase of a state, or the one of a parity, has completed.</summary>
    private static void Wait(Warp warp, Op* op, int lane, BarrierObject now, ulong address)
    {
        bool odd =
            (op->Mode & Parity) != 0
                ? (((uint*)(warp.R + op->X[0]))[lane] & 1) != 0
                : BarrierObject.Of(((ulong*)(warp.R + op->X[0]))[lane]).Odd;
        bool done = now.Odd != odd;
        ControlOps.Predicate(warp, op->D, 1u << lane, done ? uint.MaxValue : 0);
        warp.Yields |= !done;
        warp.Waits |= !done;
        if (done)
        {
            warp.Runner.PassAt(warp, op, lane, address, now.Expected);
        }
    }

    private static void Demand(Warp warp, Op* op, int lane, bool holds, string what)
    {
        if (!holds)
        {
            warp.Runner.EndAt(warp, op, lane, FaultKind.Barrier, $"the barrier takes {what}");
        }
    }
}

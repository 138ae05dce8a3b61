namespace Robustness.Emulator;

/// <summary>
/// Asynchronous copies of one instruction: read when issued, written when waited for.
/// </summary>
internal sealed class PendingCopy(nint instruction)
{
    public nint Instruction { get; } = instruction;

    public uint Lanes { get; set; }

    public int[] Group { get; } = new int[32];

    public ulong[] Targets { get; } = new ulong[32];

    public byte[] Data { get; } = new byte[32 * 16];
}

/// <summary>
/// cp.async to shared memory. The bytes arrive at the wait, so that a missing wait shows as stale or
/// uninitialised data. Groups are counted by lane; an empty group counts.
/// </summary>
internal static unsafe class CopyOps
{
    public static void Start(Warp warp, Op* op, uint mask)
    {
        ulong* addresses = stackalloc ulong[32];
        ulong* targets = stackalloc ulong[32];
        MemoryOps.Addresses(warp, op, addresses);
        Targets(warp, op, targets);
        BlockRunner runner = warp.Runner;
        runner.CountCopy(op, addresses, targets, mask);
        var copy = new PendingCopy((nint)op);
        for (int lane = 0; lane < 32; lane++)
        {
            if ((mask >> lane & 1) == 0)
            {
                continue;
            }
            Op target = Target(op);
            if (!runner.CheckTarget(warp, &target, lane, targets[lane], op->Count))
            {
                continue;
            }
            copy.Lanes |= 1u << lane;
            copy.Group[lane] = warp.CommittedGroups[lane];
            copy.Targets[lane] = targets[lane];
            int bytes = Size(warp, op, lane);
            byte* from =
                bytes == 0
                    ? null
                    : runner.Check(warp, op, lane, addresses[lane], bytes, FaultAccess.Load);
            Span<byte> data = copy.Data.AsSpan(16 * lane, 16);
            if (from is not null)
            {
                new ReadOnlySpan<byte>(from, bytes).CopyTo(data);
            }
            else if (bytes > 0)
            {
                data.Fill(MemoryRegion.Fill);
            }
        }
        warp.Copies.Add(copy);
    }

    public static void Commit(Warp warp, Op* op, uint mask)
    {
        for (int lane = 0; lane < 32; lane++)
        {
            warp.CommittedGroups[lane] += (int)(mask >> lane & 1);
        }
    }

    /// <summary>Completes all but the last Imm groups; all copies when Imm is -1.</summary>
    public static void Wait(Warp warp, Op* op, uint mask)
    {
        foreach (PendingCopy copy in warp.Copies)
        {
            var source = (Op*)copy.Instruction;
            Op target = Target(source);
            for (int lane = 0; lane < 32; lane++)
            {
                bool waits =
                    (mask & copy.Lanes) >> lane != 0 && ((mask & copy.Lanes) >> lane & 1) != 0;
                bool done = op->Imm < 0 || copy.Group[lane] < warp.CommittedGroups[lane] - op->Imm;
                if (!waits || !done)
                {
                    continue;
                }
                copy.Lanes &= ~(1u << lane);
                byte* to = warp.Runner.Check(
                    warp,
                    &target,
                    lane,
                    copy.Targets[lane],
                    source->Count,
                    FaultAccess.Store
                );
                if (to is not null)
                {
                    copy.Data.AsSpan(16 * lane, source->Count)
                        .CopyTo(new Span<byte>(to, source->Count));
                }
            }
        }
        warp.Copies.RemoveAll(copy => copy.Lanes == 0);
    }

    private static Op Target(Op* op) => *op with { Space = PtxSpace.Shared };

    private static void Targets(Warp warp, Op* op, ulong* targets)
    {
        for (int lane = 0; lane < 32; lane++)
        {
            byte* slot = warp.R + op->X[0];
            ulong address = op->X[1] == 0 ? ((ulong*)slot)[lane] : ((uint*)slot)[lane];
            targets[lane] = address + (ulong)op->D2;
        }
    }

    /// <summary>Bytes that are read; the rest is filled with zeros.</summary>
    private static int Size(Warp warp, Op* op, int lane)
    {
        if (op->X[3] >= 0 && (*(uint*)(warp.R + op->X[3]) >> lane & 1) != 0)
        {
            return 0;
        }
        return op->X[2] < 0
            ? op->Count
            : (int)Math.Min((uint)op->Count, ((uint*)(warp.R + op->X[2]))[lane]);
    }
}

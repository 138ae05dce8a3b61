using System.Numerics;

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
/// cp.async to shared memory. The bytes arrive at the wait, so that a missing wait shows as stale
/// or uninitialised data. Groups are counted by lane; an empty group counts.
/// </summary>
internal static unsafe class CopyOps
{
    public static void Start(Warp warp, Op* op, uint mask)
    {
        ulong* sources = stackalloc ulong[32];
        ulong* targets = stackalloc ulong[32];
        MemoryOps.Addresses(warp, op, sources);
        MemoryOps.Addresses(warp.R + op->X[0], op->X[1] != 0, (ulong)op->D2, targets);
        var copy = new PendingCopy((nint)op);
        new ReadOnlySpan<ulong>(targets, 32).CopyTo(copy.Targets);
        warp.CommittedGroups.CopyTo(copy.Group, 0);
        Op target = Target(op);
        copy.Lanes = warp.Runner.CheckTargets(warp, &target, targets, mask, op->Count);
        bool whole = op->X[2] < 0 && op->X[3] < 0;
        var access = new WarpAccess
        {
            Mask = copy.Lanes,
            Bytes = op->Count,
            Kind = FaultAccess.Load,
            Offsets = sources,
        };
        bool direct = whole && copy.Lanes != 0 && warp.Runner.Direct(warp, op, ref access);
        for (uint rest = copy.Lanes; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            Span<byte> data = copy.Data.AsSpan(16 * lane, op->Count);
            if (direct)
            {
                byte* from = access.Region!.Host + sources[lane];
                new ReadOnlySpan<byte>(from, data.Length).CopyTo(data);
            }
            else
            {
                ReadLane(warp, op, lane, sources[lane], data);
            }
        }
        if (!direct)
        {
            warp.Runner.CountRequest(op, copy.Lanes, op->Count, FaultAccess.Load);
        }
        warp.Copies.Add(copy);
    }

    private static void ReadLane(Warp warp, Op* op, int lane, ulong address, Span<byte> data)
    {
        int bytes = Size(warp, op, lane);
        byte* from =
            bytes == 0 ? null : warp.Runner.Check(warp, op, lane, address, bytes, FaultAccess.Load);
        data.Fill(from is null && bytes > 0 ? MemoryRegion.Fill : (byte)0);
        if (from is not null)
        {
            new ReadOnlySpan<byte>(from, bytes).CopyTo(data);
        }
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
            uint done = 0;
            for (uint rest = mask & copy.Lanes; rest != 0; rest &= rest - 1)
            {
                int lane = BitOperations.TrailingZeroCount(rest);
                bool over = op->Imm < 0 || copy.Group[lane] < warp.CommittedGroups[lane] - op->Imm;
                done |= over ? 1u << lane : 0;
            }
            if (done != 0)
            {
                Finish(warp, copy, done);
            }
        }
        warp.Copies.RemoveAll(copy => copy.Lanes == 0);
    }

    /// <summary>Completes every copy of the lanes in a mask.</summary>
    public static void FinishAll(Warp warp, uint mask)
    {
        foreach (PendingCopy copy in warp.Copies)
        {
            if ((copy.Lanes & mask) != 0)
            {
                Finish(warp, copy, copy.Lanes & mask);
            }
        }
        warp.Copies.RemoveAll(copy => copy.Lanes == 0);
    }

    private static void Finish(Warp warp, PendingCopy copy, uint lanes)
    {
        copy.Lanes &= ~lanes;
        Op target = Target((Op*)copy.Instruction);
        ulong* offsets = stackalloc ulong[32];
        copy.Targets.CopyTo(new Span<ulong>(offsets, 32));
        var access = new WarpAccess
        {
            Mask = lanes,
            Bytes = target.Count,
            Kind = FaultAccess.Store,
            Offsets = offsets,
        };
        if (!warp.Runner.Direct(warp, &target, ref access))
        {
            return;
        }
        for (uint rest = lanes; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            var to = new Span<byte>(access.Region.Host + offsets[lane], target.Count);
            copy.Data.AsSpan(16 * lane, target.Count).CopyTo(to);
        }
    }

    private static Op Target(Op* op) => *op with { Space = PtxSpace.Shared };

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

using System.Numerics;
using System.Runtime.InteropServices;

namespace Robustness.Emulator;

/// <summary>State of a split.</summary>
internal enum SplitState
{
    Ready,
    AtBarrier,
    AtSync,
}

/// <summary>
/// Registers of one activation of a function, shared by the lanes that called together.
/// </summary>
internal sealed unsafe class Frame : IDisposable
{
    public Frame(DecodedFunction function)
    {
        Function = function;
        nuint bytes = (nuint)function.FrameBytes + 256;
        Registers = (byte*)NativeMemory.AlignedAlloc(bytes, 4096);
        NativeMemory.Clear(Registers, bytes);
        Scratch = Registers + function.FrameBytes;
    }

    public DecodedFunction Function { get; }

    public byte* Registers { get; }

    /// <summary>Room for one result of 32 lanes of 8 bytes.</summary>
    public byte* Scratch { get; }

    public Frame? Parent { get; set; }

    /// <summary>The call that made it.</summary>
    public CallSite? Site { get; set; }

    public int ReturnPc { get; set; }

    public int Depth { get; set; }

    /// <summary>Local address of the activation's first variable.</summary>
    public int LocalBase { get; set; }

    /// <summary>Lanes that have not returned.</summary>
    public uint Lanes { get; set; }

    /// <summary>Takes over lanes' columns from another activation of the same call.</summary>
    public void Adopt(Frame other, uint lanes)
    {
        byte* to = Registers;
        byte* from = other.Registers;
        for (int slot = 0; slot < Function.WideSlots; slot++, to += 256, from += 256)
        {
            LaneBlend.Wide(to, from, lanes);
        }
        for (int slot = 0; slot < Function.NarrowSlots; slot++, to += 128, from += 128)
        {
            LaneBlend.Narrow(to, from, lanes);
        }
        for (int slot = 0; slot < Function.PredicateSlots; slot++, to += 4, from += 4)
        {
            *(uint*)to = (*(uint*)to & ~lanes) | (*(uint*)from & lanes);
        }
        Lanes |= lanes;
        other.Lanes &= ~lanes;
    }

    public void Dispose() => NativeMemory.AlignedFree(Registers);
}

/// <summary>Lanes of a warp that stand at one instruction.</summary>
internal sealed class Split(Frame frame, uint mask)
{
    public Frame Frame { get; set; } = frame;

    public uint Mask { get; set; } = mask;

    public int Pc { get; set; }

    public SplitState State { get; set; }

    public long Since { get; set; }

    public long Executed { get; set; }

    public int Barrier { get; set; }

    public int Expected { get; set; }
}

/// <summary>32 lanes of a block.</summary>
internal sealed unsafe class Warp(BlockRunner runner, int index, Frame entry)
{
    public BlockRunner Runner { get; } = runner;

    public int Index { get; } = index;

    /// <summary>The kernel's own activation.</summary>
    public Frame Entry { get; } = entry;

    public List<Split> Splits { get; } = [];

    public uint Live { get; set; }

    /// <summary>Warp instructions that ended before the current run of code.</summary>
    public long Clock { get; set; }

    /// <summary>First instruction of the current run.</summary>
    public int RunStart { get; set; }

    /// <summary>Lanes wait at a barrier that others have still to reach.</summary>
    public bool Careful { get; set; }

    /// <summary>Lanes sleep or wait for others: the next warp runs first.</summary>
    public bool Yields { get; set; }

    /// <summary>A wait at a barrier object has failed since the warp's turn began.</summary>
    public bool Waits { get; set; }

    /// <summary>Race epoch of the last synchronisation of all live lanes.</summary>
    public uint SyncEpoch { get; set; }

    /// <summary>
    /// Race epoch in which two lanes last synchronised by a mask that names a part of the warp:
    /// [lane, other lane]; null before the first such synchronisation.
    /// </summary>
    private uint[]? meetings;

    /// <summary>The lanes of a mask have synchronised.</summary>
    public void Meet(uint mask, uint epoch)
    {
        meetings ??= new uint[32 * 32];
        for (uint rows = mask; rows != 0; rows &= rows - 1)
        {
            int row = 32 * BitOperations.TrailingZeroCount(rows);
            for (uint rest = mask; rest != 0; rest &= rest - 1)
            {
                meetings[row + BitOperations.TrailingZeroCount(rest)] = epoch;
            }
        }
    }

    /// <summary>
    /// Epoch in which a lane last met another one or, when it is not known which, any other.
    /// </summary>
    public uint LastMeeting(int lane, int other, bool any)
    {
        if (meetings is null)
        {
            return 0;
        }
        ReadOnlySpan<uint> row = meetings.AsSpan(32 * lane, 32);
        uint last = row[other];
        for (int i = 0; i < row.Length && any; i++)
        {
            last = Math.Max(last, row[i]);
        }
        return last;
    }

    /// <summary>Asynchronous copies that are under way, oldest first.</summary>
    public List<PendingCopy> Copies { get; } = [];

    /// <summary>Copy groups that each lane has committed.</summary>
    public int[] CommittedGroups { get; } = new int[32];

    /// <summary>Registers of the activation that runs.</summary>
    public byte* R;

    public Frame Current { get; private set; } = entry;

    public int LiveCount => BitOperations.PopCount(Live);

    public void Enter(Frame frame)
    {
        Current = frame;
        R = frame.Registers;
    }
}

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
        Registers = (byte*)NativeMemory.AlignedAlloc((nuint)function.FrameBytes + 512, 64);
        NativeMemory.Clear(Registers, (nuint)function.FrameBytes + 512);
        Scratch = Registers + function.FrameBytes;
    }

    public DecodedFunction Function { get; }

    public byte* Registers { get; }

    /// <summary>Room for one result of 32 lanes of 8 bytes.</summary>
    public byte* Scratch { get; }

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
internal sealed unsafe class Warp(BlockRunner runner, int index)
{
    public BlockRunner Runner { get; } = runner;

    public int Index { get; } = index;

    public List<Split> Splits { get; } = [];

    public uint Live { get; set; }

    public long Clock { get; set; }

    /// <summary>Race epoch of the last synchronisation of all live lanes.</summary>
    public uint SyncEpoch { get; set; }

    /// <summary>Asynchronous copies that are under way, oldest first.</summary>
    public List<PendingCopy> Copies { get; } = [];

    /// <summary>Copy groups that each lane has committed.</summary>
    public int[] CommittedGroups { get; } = new int[32];

    public byte* R;
    public Frame Current { get; set; } = null!;

    public int LiveCount => BitOperations.PopCount(Live);
}

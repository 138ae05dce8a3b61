using System.Numerics;
using Robustness.Interop;

namespace Robustness.Emulator;

/// <summary>Fault records.</summary>
internal sealed unsafe partial class BlockRunner
{
    private const int MostFaults = 100;
    private readonly List<(ulong Block, long Order, Fault Fault)> faults = [];
    private ulong blockIndex;
    private long sequence;

    public IReadOnlyList<(ulong Block, long Order, Fault Fault)> Faults => faults;

    public long AllFaults { get; private set; }

    private FaultSite Site(Dim3 where, int thread, int instruction)
    {
        Dim3 size = Launch.Block;
        uint t = (uint)thread;
        PtxInstruction? source = Kernel.Instructions[instruction];
        PtxLocation? location = source?.Location;
        string? file = null;
        if (location is not null)
        {
            _ = Launch.Files.TryGetValue(location.File, out file);
        }
        return new FaultSite(
            where,
            new Dim3(t % size.X, t / size.X % size.Y, t / size.X / size.Y),
            source?.Line ?? Kernel.Source.Line,
            file,
            location?.Line ?? 0
        );
    }

    /// <summary>Counts a fault that is beyond those that are kept.</summary>
    private bool IsFull()
    {
        bool full = faults.Count >= MostFaults;
        AllFaults += full ? 1 : 0;
        return full;
    }

    private void Report(AccessPlace place, FaultKind kind, string message, FaultSite? other = null)
    {
        FaultSite site = Site(block, (32 * place.Warp.Index) + place.Lane, place.Op->Index);
        Add(
            new Fault(kind, site, message)
            {
                Access = place.Kind,
                Space = place.Space,
                Bytes = place.Bytes,
                Buffer = place.Space == PtxSpace.Global ? place.Buffer : null,
                Distance = place.Distance,
                Other = other,
            }
        );
    }

    private void Add(Fault fault)
    {
        AllFaults++;
        if (faults.Count < MostFaults)
        {
            faults.Add((blockIndex, sequence++, fault));
        }
    }

    /// <summary>Ends the block at an instruction that one lane must not run so.</summary>
    public void EndAt(Warp warp, Op* op, int lane, FaultKind kind, string message)
    {
        Add(new Fault(kind, Site(block, (32 * warp.Index) + lane, op->Index), message));
        throw new BlockEndedException();
    }

    private void EndBlock(Warp warp, Split split, FaultKind kind, string message)
    {
        int lane = BitOperations.TrailingZeroCount(split.Mask);
        Add(new Fault(kind, Site(block, (32 * warp.Index) + lane, split.Pc), message));
        throw new BlockEndedException();
    }
}

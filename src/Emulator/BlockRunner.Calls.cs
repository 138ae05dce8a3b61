using System.Numerics;

namespace Robustness.Emulator;

/// <summary>Calls and returns: activations, and the copies between callers and callees.</summary>
internal sealed unsafe partial class BlockRunner
{
    private const int DeepestCalls = 1024;
    private const ulong FirstFunction = 5UL << 40;
    private readonly Dictionary<DecodedFunction, Stack<Frame>> idle = [];

    private void Call(Warp warp, Split split, Op* op)
    {
        CallSite site = Kernel.Calls[op->Target];
        if (site.Function >= 0)
        {
            Begin(warp, split, site, Kernel.Functions[site.Function]);
            return;
        }
        if (site.Function == CallSite.Print)
        {
            Print(warp, split, site);
            return;
        }
        if (site.Function == CallSite.Assert)
        {
            ReportAssert(warp, split, site);
        }
        ulong* targets = (ulong*)(warp.R + op->A);
        uint lanes = split.Mask;
        while (lanes != 0)
        {
            ulong target = targets[BitOperations.TrailingZeroCount(lanes)];
            uint same = 0;
            for (uint rest = lanes; rest != 0; rest &= rest - 1)
            {
                int lane = BitOperations.TrailingZeroCount(rest);
                same |= targets[lane] == target ? 1u << lane : 0;
            }
            lanes &= ~same;
            Split callers = split;
            if (lanes != 0)
            {
                callers = new Split(split.Frame, same)
                {
                    Pc = split.Pc,
                    Since = split.Since,
                    Executed = split.Executed,
                };
                warp.Splits.Add(callers);
                split.Mask = lanes;
            }
            Begin(warp, callers, site, Target(warp, callers, site, target));
        }
    }

    private DecodedFunction Target(Warp warp, Split split, CallSite site, ulong address)
    {
        DecodedFunction? found = Kernel.Functions.Find(function =>
            address >= FirstFunction && Launch.FunctionAddress(function.Source.Name) == address
        );
        bool fits =
            found is not null
            && found.Source.Parameters.Count == site.Arguments.Length
            && found.Source.Returns.Count == site.Returns.Length;
        if (!fits)
        {
            split.Pc--;
            string message = $"0x{address:x} is not a function that this call can reach";
            EndBlock(warp, split, FaultKind.Trap, message);
        }
        return found!;
    }

    private void Begin(Warp warp, Split split, CallSite site, DecodedFunction function)
    {
        Frame parent = split.Frame;
        Frame frame = TakeFrame(function);
        frame.Parent = parent;
        frame.Site = site;
        frame.ReturnPc = split.Pc;
        frame.Depth = parent.Depth + 1;
        frame.LocalBase = (parent.LocalBase + parent.Function.LocalBytes + 15) & ~15;
        frame.Lanes = split.Mask;
        if (frame.LocalBase + function.LocalBytes > Kernel.LocalBytes || frame.Depth > DeepestCalls)
        {
            split.Pc--;
            string message = $"the stack of {Kernel.LocalBytes} bytes is too small";
            EndBlock(warp, split, FaultKind.OutOfBounds, message);
        }
        warp.Enter(frame);
        FillConstants(frame);
        FillSpecials(warp, frame);
        for (int i = 0; i < site.Arguments.Length; i++)
        {
            PtxVariable from = site.Arguments[i];
            PtxVariable to = function.Source.Parameters[i];
            CopyLocal(warp, split.Mask, parent, from, frame, to);
        }
        split.Frame = frame;
        split.Pc = function.Start;
    }

    private void Return(Warp warp, Split split)
    {
        Frame frame = split.Frame;
        Frame parent = frame.Parent!;
        CallSite site = frame.Site!;
        for (int i = 0; i < site.Returns.Length; i++)
        {
            PtxVariable from = frame.Function.Source.Returns[i];
            CopyLocal(warp, split.Mask, frame, from, parent, site.Returns[i]);
        }
        frame.Lanes &= ~split.Mask;
        split.Frame = parent;
        split.Pc = frame.ReturnPc;
        split.Since = warp.Clock;
        Recycle(frame);
    }

    private void CopyLocal(
        Warp warp,
        uint mask,
        Frame source,
        PtxVariable from,
        Frame target,
        PtxVariable to
    )
    {
        ulong bytes = (ulong)Math.Min(from.Bytes, to.Bytes);
        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            ulong thread = (ulong)((32 * warp.Index) + lane) * (ulong)Kernel.LocalBytes;
            ulong read = thread + (ulong)(source.LocalBase + from.Offset);
            ulong write = thread + (ulong)(target.LocalBase + to.Offset);
            Buffer.MemoryCopy(local.Host + read, local.Host + write, bytes, bytes);
            if (local.Valid is not null)
            {
                Buffer.MemoryCopy(local.Valid + read, local.Valid + write, bytes, bytes);
            }
        }
    }

    /// <summary>
    /// Makes two activations of one call from one place into one; false if they differ.
    /// </summary>
    private bool Join(Frame into, Frame other, uint lanes)
    {
        if (into == other)
        {
            return true;
        }
        bool same =
            into.Function == other.Function
            && into.Parent == other.Parent
            && into.ReturnPc == other.ReturnPc;
        if (same)
        {
            into.Adopt(other, lanes);
            Recycle(other);
        }
        return same;
    }

    private Frame TakeFrame(DecodedFunction function)
    {
        if (idle.TryGetValue(function, out Stack<Frame>? stack) && stack.TryPop(out Frame? frame))
        {
            return frame;
        }
        return new Frame(function);
    }

    private void Recycle(Frame frame)
    {
        if (frame.Lanes != 0 || frame.Parent is null)
        {
            return;
        }
        if (!idle.TryGetValue(frame.Function, out Stack<Frame>? stack))
        {
            idle[frame.Function] = stack = [];
        }
        stack.Push(frame);
    }

    private void DisposeFrames()
    {
        foreach (Frame frame in idle.Values.SelectMany(stack => stack))
        {
            frame.Dispose();
        }
    }
}

namespace Robustness.Emulator;

/// <summary>
/// Blocks that every way from a barrier to the end of its function passes: lanes that enter one
/// while others of their warp wait at the barrier can no longer come to it.
/// </summary>
internal sealed class PostDominators(DecodedKernel kernel)
{
    private readonly Dictionary<DecodedFunction, ControlFlow> flows = [];
    private readonly Dictionary<int, int[]> known = [];

    /// <summary>First instructions of those blocks; blocks that only return are left out.</summary>
    public int[] After(int pc)
    {
        if (!known.TryGetValue(pc, out int[]? starts))
        {
            starts = Find(pc);
            known[pc] = starts;
        }
        return starts;
    }

    private int[] Find(int pc)
    {
        DecodedFunction function = kernel.FunctionAt(pc);
        int length = function.Source.Code.Count + 1;
        ReadOnlySpan<Op> code = kernel.Code.AsSpan(function.Start, length);
        if (!flows.TryGetValue(function, out ControlFlow? flow))
        {
            flow = new ControlFlow(code, function.Start, kernel.Tables);
            flows[function] = flow;
        }
        int from = flow.BlockOf(pc - function.Start);
        var ends = new bool[flow.Count];
        for (int block = 0; block < flow.Count; block++)
        {
            ends[block] = code[flow.End(block) - 1].Kind is OpKind.Exit or OpKind.Return;
        }
        if (!CanEnd(flow, from, -1, ends))
        {
            return [];
        }
        var starts = new List<int>();
        for (int block = 0; block < flow.Count; block++)
        {
            Op op = code[flow.Start(block)];
            bool bare = op.Kind is OpKind.Exit or OpKind.Return && op.Guard < 0;
            if (block != from && !bare && !CanEnd(flow, from, block, ends))
            {
                starts.Add(function.Start + flow.Start(block));
            }
        }
        return [.. starts];
    }

    /// <summary>Whether an end can be reached without passing a block.</summary>
    private static bool CanEnd(ControlFlow flow, int from, int without, bool[] ends)
    {
        var seen = new bool[flow.Count];
        var open = new Stack<int>([from]);
        while (open.TryPop(out int block))
        {
            if (block == without || seen[block])
            {
                continue;
            }
            seen[block] = true;
            if (ends[block])
            {
                return true;
            }
            Array.ForEach(flow.Successors(block), open.Push);
        }
        return false;
    }
}

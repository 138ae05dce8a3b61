namespace Robustness.Emulator;

/// <summary>
/// Basic blocks of one function, with positions counted from its first instruction.
/// </summary>
internal sealed class ControlFlow
{
    private readonly int[] starts;
    private readonly int[][] successors;
    private readonly int[] blockOf;

    /// <param name="code">The function's decoded code with its implicit end.</param>
    public ControlFlow(ReadOnlySpan<Op> code, int start, List<int[]> tables)
    {
        var leaders = new bool[code.Length + 1];
        leaders[0] = true;
        for (int i = 0; i < code.Length; i++)
        {
            foreach (int target in Targets(code[i], start, tables))
            {
                leaders[target] = true;
            }
            leaders[i + 1] |= code[i].Kind is >= OpKind.Branch and <= OpKind.Trap;
            leaders[i + 1] |= code[i].Kind == OpKind.Barrier && code[i].Guard >= 0;
        }
        leaders[code.Length] = true;
        starts = [.. Enumerable.Range(0, code.Length + 1).Where(i => leaders[i])];
        blockOf = new int[code.Length];
        successors = new int[starts.Length - 1][];
        for (int block = 0; block < Count; block++)
        {
            Array.Fill(blockOf, block, Start(block), End(block) - Start(block));
        }
        for (int block = 0; block < Count; block++)
        {
            Op last = code[End(block) - 1];
            bool goesOn =
                last.Kind is not (>= OpKind.Branch and <= OpKind.Trap)
                || last.Kind == OpKind.Call
                || last.Guard >= 0;
            IEnumerable<int> next = Targets(last, start, tables).Select(target => blockOf[target]);
            successors[block] =
            [
                .. (goesOn && block + 1 < Count ? next.Append(block + 1) : next).Distinct(),
            ];
        }
    }

    public int Count => starts.Length - 1;

    public int Start(int block) => starts[block];

    public int End(int block) => starts[block + 1];

    public int BlockOf(int instruction) => blockOf[instruction];

    public int[] Successors(int block) => successors[block];

    private static int[] Targets(Op op, int start, List<int[]> tables) =>
        op.Kind switch
        {
            OpKind.Branch => [op.Target - start],
            OpKind.IndexedBranch => [.. tables[op.Target].Select(target => target - start)],
            _ => [],
        };
}

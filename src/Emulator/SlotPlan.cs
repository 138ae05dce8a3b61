namespace Robustness.Emulator;

/// <summary>
/// Frame offsets of registers: 64-bit slots first, then 32-bit slots, then predicates. Registers
/// whose lives do not overlap share a slot; this is safe under divergence because a write under a
/// partial mask leaves the other lanes alone.
/// </summary>
internal sealed class SlotPlan
{
    private SlotPlan(int[] offsets, int wide, int narrow, int predicates)
    {
        Offsets = offsets;
        Wide = wide;
        Narrow = narrow;
        Predicates = predicates;
    }

    public int[] Offsets { get; }

    public int Wide { get; }

    public int Narrow { get; }

    public int Predicates { get; }

    public int Bytes => (256 * Wide) + (128 * Narrow) + ((4 * Predicates) + 255 & ~255);

    /// <summary>Every register has its own slot.</summary>
    public static SlotPlan Separate(List<PtxRegister> registers)
    {
        var lives = new (int, int)[registers.Count];
        Array.Fill(lives, (0, int.MaxValue));
        return Shared(registers, lives);
    }

    /// <summary>
    /// Linear scan over [first, last] positions; an empty life gets a slot of its own.
    /// </summary>
    public static SlotPlan Shared(List<PtxRegister> registers, (int First, int Last)[] lives)
    {
        int[] order = [.. Enumerable.Range(0, registers.Count).OrderBy(id => lives[id].First)];
        var slots = new int[registers.Count];
        var free = new Stack<int>[] { [], [], [] };
        var counts = new int[3];
        var ends = new PriorityQueue<int, int>();
        foreach (int id in order)
        {
            while (ends.TryPeek(out int old, out int end) && end < lives[id].First)
            {
                free[Pool(registers[old])].Push(slots[old]);
                ends.Dequeue();
            }
            int pool = Pool(registers[id]);
            slots[id] = free[pool].TryPop(out int slot) ? slot : counts[pool]++;
            ends.Enqueue(id, lives[id].Last);
        }
        int narrowBase = 256 * counts[0];
        int predicateBase = narrowBase + (128 * counts[1]);
        for (int id = 0; id < slots.Length; id++)
        {
            slots[id] = Pool(registers[id]) switch
            {
                0 => 256 * slots[id],
                1 => narrowBase + (128 * slots[id]),
                _ => predicateBase + (4 * slots[id]),
            };
        }
        return new SlotPlan(slots, counts[0], counts[1], counts[2]);
    }

    private static int Pool(PtxRegister register) =>
        FrameLayout.Width(register.Type) switch
        {
            8 => 0,
            4 => 1,
            _ => 2,
        };
}

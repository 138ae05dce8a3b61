using System.Numerics;

namespace Robustness.Emulator;

/// <summary>
/// The stretch of code over which each register is live: the hull of all places, in positions
/// 2i for reads and 2i + 1 for writes of instruction i.
/// </summary>
internal sealed class RegisterLives
{
    private const long MostWords = 1 << 22;
    private readonly ControlFlow flow;
    private readonly int[][] uses;
    private readonly int[][] definitions;
    private readonly int words;
    private readonly ulong[][] into;
    private readonly ulong[][] outOf;

    private RegisterLives(ControlFlow flow, int[][] uses, int[][] definitions, int registers)
    {
        this.flow = flow;
        this.uses = uses;
        this.definitions = definitions;
        words = (registers + 63) / 64;
        into = [.. Enumerable.Range(0, flow.Count).Select(_ => new ulong[words])];
        outOf = [.. Enumerable.Range(0, flow.Count).Select(_ => new ulong[words])];
    }

    /// <summary>Null when the function is too large for the analysis.</summary>
    public static (int First, int Last)[]? Find(
        ControlFlow flow,
        int[][] uses,
        int[][] definitions,
        int registers
    )
    {
        if ((long)flow.Count * ((registers + 63) / 64) > MostWords)
        {
            return null;
        }
        var lives = new RegisterLives(flow, uses, definitions, registers);
        lives.Solve();
        return lives.Hulls(registers);
    }

    private void Solve()
    {
        var read = new ulong[flow.Count][];
        var written = new ulong[flow.Count][];
        for (int block = 0; block < flow.Count; block++)
        {
            (read[block], written[block]) = Summary(block);
        }
        bool changed = true;
        while (changed)
        {
            changed = false;
            for (int block = flow.Count - 1; block >= 0; block--)
            {
                foreach (int next in flow.Successors(block))
                {
                    for (int w = 0; w < words; w++)
                    {
                        outOf[block][w] |= into[next][w];
                    }
                }
                for (int w = 0; w < words; w++)
                {
                    ulong value = read[block][w] | (outOf[block][w] & ~written[block][w]);
                    changed |= value != into[block][w];
                    into[block][w] = value;
                }
            }
        }
    }

    /// <summary>Registers read before they are written, and registers written.</summary>
    private (ulong[] Read, ulong[] Written) Summary(int block)
    {
        var read = new ulong[words];
        var written = new ulong[words];
        for (int i = flow.Start(block); i < flow.End(block); i++)
        {
            foreach (int register in uses[i])
            {
                ulong bit = 1UL << (register & 63);
                read[register >> 6] |= bit & ~written[register >> 6];
            }
            foreach (int register in definitions[i])
            {
                written[register >> 6] |= 1UL << (register & 63);
            }
        }
        return (read, written);
    }

    private (int, int)[] Hulls(int registers)
    {
        var hulls = new (int First, int Last)[registers];
        Array.Fill(hulls, (int.MaxValue, -1));
        void Extend(int register, int at)
        {
            (int first, int last) = hulls[register];
            hulls[register] = (Math.Min(first, at), Math.Max(last, at));
        }
        for (int block = 0; block < flow.Count; block++)
        {
            int start = flow.Start(block);
            int end = flow.End(block);
            for (int w = 0; w < words; w++)
            {
                for (ulong rest = into[block][w]; rest != 0; rest &= rest - 1)
                {
                    Extend((64 * w) + BitOperations.TrailingZeroCount(rest), 2 * start);
                }
                for (ulong rest = outOf[block][w]; rest != 0; rest &= rest - 1)
                {
                    Extend((64 * w) + BitOperations.TrailingZeroCount(rest), (2 * end) - 1);
                }
            }
            for (int i = start; i < end; i++)
            {
                Array.ForEach(uses[i], register => Extend(register, 2 * i));
                Array.ForEach(definitions[i], register => Extend(register, (2 * i) + 1));
            }
        }
        return hulls;
    }
}

using System.Numerics;

namespace Robustness.Numerics;

/// <summary>
/// numpy's <c>default_rng</c>: PCG64 behind numpy's own rules for doubles, bounded integers,
/// choices and permutations, word for word. Used where a data set must equal the paper's; all else
/// draws from <see cref="Philox"/>.
/// </summary>
/// <remarks>
/// A 32-bit draw takes the low half of a 64-bit word and keeps the high half for the next 32-bit
/// draw; 64-bit draws neither use nor clear the kept half.
/// </remarks>
public sealed partial class NumpyGenerator
{
    private readonly Pcg64 _bits;

    /// <summary>The generator of <c>default_rng(seed)</c>.</summary>
    public NumpyGenerator(BigInteger seed)
        : this(new SeedSequence(seed)) { }

    /// <summary>The generator of <c>default_rng(sequence)</c>.</summary>
    public NumpyGenerator(SeedSequence sequence) => _bits = new Pcg64(sequence);

    /// <summary>The state of PCG64.</summary>
    public UInt128 State => _bits.State;

    /// <summary>The increment of PCG64.</summary>
    public UInt128 Increment => _bits.Increment;

    /// <summary>The kept half word, null when there is none.</summary>
    public uint? KeptHalf { get; private set; }

    /// <summary>The next 64-bit word.</summary>
    public ulong NextUInt64() => _bits.Next();

    /// <summary>The next 32-bit word.</summary>
    public uint NextUInt32()
    {
        if (KeptHalf is uint kept)
        {
            KeptHalf = null;
            return kept;
        }
        ulong word = _bits.Next();
        KeptHalf = (uint)(word >> 32);
        return (uint)word;
    }

    /// <summary>Uniform in [0, 1) with 53 bits: <c>random()</c>.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / 9007199254740992.0);

    /// <summary>Uniform in [0, 1) with 24 bits: <c>random(dtype=float32)</c>.</summary>
    public float NextSingle() => (NextUInt32() >> 8) * (1.0f / 16777216.0f);

    /// <summary>A random order of 0 .. n-1: <c>permutation(n)</c>.</summary>
    public int[] Permutation(int n)
    {
        var order = new int[n];
        for (int index = 0; index < n; index++)
        {
            order[index] = index;
        }
        Shuffle(order.AsSpan());
        return order;
    }

    /// <summary>
    /// Shuffles in place: <c>shuffle(x)</c>. From the last item down, swaps with an item drawn by
    /// mask and redraw; <see cref="NextInt64"/> would give other orders.
    /// </summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int last = items.Length - 1; last > 0; last--)
        {
            uint mask = uint.MaxValue >> BitOperations.LeadingZeroCount((uint)last);
            uint other = NextUInt32() & mask;
            while (other > (uint)last)
            {
                other = NextUInt32() & mask;
            }
            (items[last], items[(int)other]) = (items[(int)other], items[last]);
        }
    }
}

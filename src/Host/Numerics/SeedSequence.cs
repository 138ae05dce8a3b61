using System.Numerics;

namespace Robustness.Numerics;

/// <summary>
/// numpy's SeedSequence: mixes a seed of any size into a pool of four words, from which any number
/// of well-mixed words are made. Children share the entropy and differ in their spawn key.
/// </summary>
public sealed class SeedSequence
{
    private const int PoolSize = 4;
    private const uint PoolStart = 0x43b0d7e5;
    private const uint PoolMultiplier = 0x931e8875;
    private const uint OutputStart = 0x8b51f9dd;
    private const uint OutputMultiplier = 0x58f38ded;
    private const uint MixLeft = 0xca01f9dd;
    private const uint MixRight = 0x4973f715;

    private readonly BigInteger[] _entropy;
    private readonly BigInteger[] _spawnKey;
    private readonly uint[] _pool;
    private int _spawned;

    /// <summary>A sequence with no parent.</summary>
    /// <param name="entropy">The seed; not negative.</param>
    public SeedSequence(BigInteger entropy)
        : this([entropy], []) { }

    /// <summary>A sequence from several integers, and its place in a tree of sequences.</summary>
    /// <param name="entropy">Integers, none negative.</param>
    /// <param name="spawnKey">Indices of the children on the way from the root.</param>
    public SeedSequence(IReadOnlyList<BigInteger> entropy, IReadOnlyList<BigInteger> spawnKey)
    {
        _entropy = [.. entropy];
        _spawnKey = [.. spawnKey];
        _pool = Mix(Assemble(_entropy, _spawnKey));
    }

    /// <summary>The four mixed words.</summary>
    public IReadOnlyList<uint> Pool => _pool;

    /// <summary>The next children: spawn keys go on from those already given out.</summary>
    public SeedSequence[] Spawn(int count)
    {
        var children = new SeedSequence[count];
        for (int child = 0; child < count; child++)
        {
            children[child] = new SeedSequence(_entropy, [.. _spawnKey, _spawned++]);
        }
        return children;
    }

    /// <summary>The first words of the output; every call starts anew.</summary>
    public void GenerateState(Span<uint> words)
    {
        uint hash = OutputStart;
        for (int index = 0; index < words.Length; index++)
        {
            uint value = _pool[index % PoolSize] ^ hash;
            hash *= OutputMultiplier;
            value *= hash;
            words[index] = value ^ (value >> 16);
        }
    }

    /// <summary>The same output read as 64-bit words, low half first.</summary>
    public void GenerateState(Span<ulong> words)
    {
        var halves = new uint[2 * words.Length];
        GenerateState(halves);
        for (int index = 0; index < words.Length; index++)
        {
            words[index] = halves[2 * index] | ((ulong)halves[(2 * index) + 1] << 32);
        }
    }

    private static List<uint> Assemble(BigInteger[] entropy, BigInteger[] spawnKey)
    {
        var words = new List<uint>();
        foreach (BigInteger value in entropy)
        {
            AppendWords(words, value);
        }
        // Without the zeros, a child of a short seed could equal the root of a longer one.
        while (spawnKey.Length > 0 && words.Count < PoolSize)
        {
            words.Add(0);
        }
        foreach (BigInteger value in spawnKey)
        {
            AppendWords(words, value);
        }
        return words;
    }

    private static void AppendWords(List<uint> words, BigInteger value)
    {
        if (value.Sign < 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(value),
                $"Entropy is {value}; it must not be negative."
            );
        }
        do
        {
            words.Add((uint)(value & uint.MaxValue));
            value >>= 32;
        } while (!value.IsZero);
    }

    private static uint[] Mix(List<uint> entropy)
    {
        var pool = new uint[PoolSize];
        uint hash = PoolStart;
        for (int index = 0; index < PoolSize; index++)
        {
            pool[index] = HashMix(index < entropy.Count ? entropy[index] : 0, ref hash);
        }
        for (int from = 0; from < PoolSize; from++)
        {
            for (int to = 0; to < PoolSize; to++)
            {
                if (from != to)
                {
                    pool[to] = Combine(pool[to], HashMix(pool[from], ref hash));
                }
            }
        }
        for (int from = PoolSize; from < entropy.Count; from++)
        {
            for (int to = 0; to < PoolSize; to++)
            {
                pool[to] = Combine(pool[to], HashMix(entropy[from], ref hash));
            }
        }
        return pool;
    }

    private static uint HashMix(uint value, ref uint hash)
    {
        value ^= hash;
        hash *= PoolMultiplier;
        value *= hash;
        return value ^ (value >> 16);
    }

    private static uint Combine(uint x, uint y)
    {
        uint result = (MixLeft * x) - (MixRight * y);
        return result ^ (result >> 16);
    }
}

namespace Robustness.Numerics;

/// <content>Uniform choices among 0 .. n-1: <c>choice(n, size, replace, shuffle)</c>.</content>
public sealed partial class NumpyGenerator
{
    private const int SmallestTailShuffle = 10000;

    /// <summary><c>choice(n, size)</c>: with replacement.</summary>
    public long[] ChoiceWithReplacement(long n, int size)
    {
        var chosen = new long[size];
        for (int index = 0; index < size; index++)
        {
            chosen[index] = NextInt64(0, n);
        }
        return chosen;
    }

    /// <summary>
    /// <c>choice(n, size, replace=False)</c>: numpy shuffles the tail of 0 .. n-1 when n is above
    /// 10000 and the sample is a fair share of it, else it takes Floyd's algorithm.
    /// </summary>
    /// <param name="n">Items to choose from.</param>
    /// <param name="size">Items chosen, at most n.</param>
    /// <param name="shuffle">False: Floyd's sample keeps its biased order.</param>
    public long[] Choice(long n, int size, bool shuffle = true)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, n);
        long cutoff = shuffle ? 50 : 20;
        return n > SmallestTailShuffle && size > n / cutoff
            ? ShuffleTail(n, size)
            : Floyd(n, size, shuffle);
    }

    private long[] ShuffleTail(long n, int size)
    {
        var items = new long[n];
        for (long item = 0; item < n; item++)
        {
            items[item] = item;
        }
        SwapDown(items, Math.Max(n - size, 1));
        return items[^size..];
    }

    private long[] Floyd(long n, int size, bool shuffle)
    {
        var chosen = new long[size];
        var taken = new HashSet<long>(size);
        for (int index = 0; index < size; index++)
        {
            long last = n - size + index;
            long drawn = (long)BoundedWord((ulong)last);
            chosen[index] = taken.Add(drawn) ? drawn : last;
            taken.Add(chosen[index]);
        }
        if (shuffle)
        {
            SwapDown(chosen, 1);
        }
        return chosen;
    }

    private void SwapDown(long[] items, long first)
    {
        for (long last = items.LongLength - 1; last >= first; last--)
        {
            long other = (long)BoundedWord((ulong)last);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }
}

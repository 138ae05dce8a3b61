namespace Robustness.Numerics;

/// <summary>
/// Draws without replacement that need no state: every item has a random key of its own, and the
/// k smallest keys win. The same on one thread, on many, and on a GPU.
/// </summary>
public static class Sampling
{
    /// <summary>k of n uniformly: the k smallest (64-bit key, item), in that order.</summary>
    /// <param name="key">The named stream.</param>
    /// <param name="t">Iteration, round or epoch.</param>
    /// <param name="row">Row id, or 0.</param>
    /// <param name="n">Items to draw from.</param>
    /// <param name="chosen">[k], out; k is at most n.</param>
    public static void WithoutReplacement(StreamKey key, uint t, ulong row, int n, Span<int> chosen)
    {
        if (chosen.Length > n)
        {
            throw new ArgumentOutOfRangeException(
                nameof(chosen),
                $"{chosen.Length} items cannot be drawn from {n} without replacement."
            );
        }
        ulong[] rented = System.Buffers.ArrayPool<ulong>.Shared.Rent(n);
        int[] order = System.Buffers.ArrayPool<int>.Shared.Rent(n);
        for (int item = 0; item < n; item++)
        {
            rented[item] = Philox.ItemKey(key, t, row, (uint)item);
            order[item] = item;
        }
        // A tie of two 64-bit keys is broken by the item: Sort is not stable, so look for it.
        rented.AsSpan(0, n).Sort(order.AsSpan(0, n));
        OrderTies(rented.AsSpan(0, n), order.AsSpan(0, n));
        order.AsSpan(0, chosen.Length).CopyTo(chosen);
        System.Buffers.ArrayPool<ulong>.Shared.Return(rented);
        System.Buffers.ArrayPool<int>.Shared.Return(order);
    }

    /// <summary>A uniform permutation of 0 .. n-1.</summary>
    public static int[] Permutation(StreamKey key, uint t, ulong row, int n)
    {
        int[] order = new int[n];
        WithoutReplacement(key, t, row, n, order);
        return order;
    }

    /// <summary>
    /// k of n with weights, without replacement: the k smallest of -ln(1 - u_q) / w_q, ties by q;
    /// equal in law to drawing one after the other with renormalised weights. Equal weights take
    /// the unweighted rule, so that a decay of zero is uniform to the bit.
    /// </summary>
    /// <param name="key">The named stream.</param>
    /// <param name="t">Round.</param>
    /// <param name="row">Row id, or 0.</param>
    /// <param name="weights">[n], positive and finite.</param>
    /// <param name="chosen">[k], out.</param>
    public static void WeightedWithoutReplacement(
        StreamKey key,
        uint t,
        ulong row,
        ReadOnlySpan<double> weights,
        Span<int> chosen
    )
    {
        bool uniform = true;
        foreach (double weight in weights)
        {
            if (!(weight > 0) || !double.IsFinite(weight))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(weights),
                    $"A weight is {weight}; weights must be positive and finite."
                );
            }
            uniform &= weight == weights[0];
        }
        if (uniform)
        {
            WithoutReplacement(key, t, row, weights.Length, chosen);
            return;
        }
        var draws = new Philox(key, t, row);
        var times = new double[weights.Length];
        var order = new int[weights.Length];
        for (int item = 0; item < times.Length; item++)
        {
            times[item] = -Math.Log(1.0 - draws.NextDouble()) / weights[item];
            order[item] = item;
        }
        Array.Sort(order, (a, b) => (times[a], a).CompareTo((times[b], b)));
        order.AsSpan(0, chosen.Length).CopyTo(chosen);
    }

    private static void OrderTies(ReadOnlySpan<ulong> keys, Span<int> items)
    {
        for (int start = 0; start < keys.Length; )
        {
            int end = start + 1;
            while (end < keys.Length && keys[end] == keys[start])
            {
                end++;
            }
            if (end - start > 1)
            {
                items[start..end].Sort();
            }
            start = end;
        }
    }
}

using Robustness.Numerics;

namespace Robustness.Analysis;

/// <summary>
/// Percentile intervals of a statistic by drawing whole clusters with replacement (Field and
/// Welsh 2007): rows of one trained model are no independent evidence, its seed is. Where a
/// cluster has rows of its own, those are drawn within it as well.
/// </summary>
public static class ClusterBootstrap
{
    /// <summary>Replicates of every interval in the tables.</summary>
    public const int DefaultReplicates = 1000;

    /// <summary>
    /// Interval of a statistic whose clusters lie in strata (the sizes); every stratum keeps its
    /// number of clusters. Null if a stratum has one cluster or the statistic has no value.
    /// </summary>
    /// <param name="stream">The named stream, purpose <c>bootstrap</c>; t = replicate.</param>
    /// <param name="clusterCounts">Clusters in each stratum.</param>
    /// <param name="statistic">From each stratum's drawn cluster indices.</param>
    /// <param name="replicates">Number of draws.</param>
    public static (double Low, double High)? Interval(
        StreamKey stream,
        IReadOnlyList<int> clusterCounts,
        Func<IReadOnlyList<int[]>, double?> statistic,
        int replicates = DefaultReplicates
    )
    {
        ArgumentNullException.ThrowIfNull(clusterCounts);
        ArgumentNullException.ThrowIfNull(statistic);
        if (clusterCounts.Count == 0 || clusterCounts.Any(c => c < 2))
        {
            return null;
        }
        int[][] drawn = [.. clusterCounts.Select(c => new int[c])];
        return Percentiles(
            stream,
            replicates,
            random =>
            {
                foreach (int[] stratum in drawn)
                {
                    for (int i = 0; i < stratum.Length; i++)
                    {
                        stratum[i] = (int)random.NextBelow((uint)stratum.Length);
                    }
                }
                return statistic(drawn);
            }
        );
    }

    /// <summary>Interval of the mean of independent values; null of fewer than two.</summary>
    /// <param name="scope">Names the stream.</param>
    /// <param name="values">One for each cluster.</param>
    public static (double Low, double High)? IntervalOfMean(string scope, double[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return Interval(
            BootstrapStream.Of($"{scope}/mean"),
            [values.Length],
            drawn =>
            {
                double sum = 0;
                foreach (int i in drawn[0])
                {
                    sum += values[i];
                }
                return sum / values.Length;
            }
        );
    }

    /// <summary>
    /// Interval over clusters and the rows within them: draws as many clusters as there are, then
    /// from each as many of its rows as it has. Null if there is one cluster.
    /// </summary>
    /// <param name="stream">The named stream, purpose <c>bootstrap</c>; t = replicate.</param>
    /// <param name="rowCounts">Rows of each cluster.</param>
    /// <param name="statistic">From the drawn (cluster, row) pairs.</param>
    /// <param name="replicates">Number of draws.</param>
    public static (double Low, double High)? IntervalOfRows(
        StreamKey stream,
        IReadOnlyList<int> rowCounts,
        Func<IReadOnlyList<(int Cluster, int Row)>, double?> statistic,
        int replicates = DefaultReplicates
    )
    {
        ArgumentNullException.ThrowIfNull(rowCounts);
        ArgumentNullException.ThrowIfNull(statistic);
        if (rowCounts.Count < 2)
        {
            return null;
        }
        var drawn = new List<(int Cluster, int Row)>();
        return Percentiles(
            stream,
            replicates,
            random =>
            {
                drawn.Clear();
                for (int i = 0; i < rowCounts.Count; i++)
                {
                    int cluster = (int)random.NextBelow((uint)rowCounts.Count);
                    for (int k = 0; k < rowCounts[cluster]; k++)
                    {
                        drawn.Add((cluster, (int)random.NextBelow((uint)rowCounts[cluster])));
                    }
                }
                return statistic(drawn);
            }
        );
    }

    private delegate double? Replicate(RandomIndices random);

    private static (double Low, double High)? Percentiles(
        StreamKey stream,
        int replicates,
        Replicate replicate
    )
    {
        var values = new List<double>(replicates);
        for (int t = 0; t < replicates; t++)
        {
            if (replicate(new RandomIndices(stream, (uint)t)) is { } value)
            {
                values.Add(value);
            }
        }
        if (values.Count < Math.Max(2, replicates / 2))
        {
            return null;
        }
        values.Sort();
        double[] ascending = [.. values];
        return (SampleSummary.Quantile(ascending, 0.025), SampleSummary.Quantile(ascending, 0.975));
    }

    /// <summary>One replicate's draws, passed by reference.</summary>
    private sealed class RandomIndices(StreamKey stream, uint t)
    {
        private Philox _stream = new(stream, t, 0);

        public uint NextBelow(uint n) => _stream.NextBelow(n);
    }
}

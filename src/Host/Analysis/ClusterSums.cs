using System.Security.Cryptography;
using System.Text;
using Robustness.Numerics;

namespace Robustness.Analysis;

/// <summary>
/// The sums of one cluster's points that a line needs, so that a bootstrap replicate costs one
/// addition for each cluster. x and y are taken from the mean of all points beforehand.
/// </summary>
internal readonly record struct ClusterSums(int Count, double X, double Y, double Xx, double Xy)
{
    /// <summary>The sums of each cluster, in ascending order of the cluster's number.</summary>
    public static IReadOnlyList<ClusterSums> Of(double[] x, double[] y, int[] clusters)
    {
        double meanX = x.Average();
        double meanY = y.Average();
        var sums = new SortedDictionary<int, ClusterSums>();
        for (int i = 0; i < x.Length; i++)
        {
            double dx = x[i] - meanX;
            double dy = y[i] - meanY;
            ClusterSums s = sums.GetValueOrDefault(clusters[i]);
            sums[clusters[i]] = new(
                s.Count + 1,
                s.X + dx,
                s.Y + dy,
                s.Xx + dx * dx,
                s.Xy + dx * dy
            );
        }
        return [.. sums.Values];
    }

    /// <summary>Slope over drawn clusters; null if they give none.</summary>
    public static double? Slope(IReadOnlyList<ClusterSums> clusters, int[] drawn)
    {
        int n = 0;
        double x = 0;
        double y = 0;
        double xx = 0;
        double xy = 0;
        foreach (int i in drawn)
        {
            ClusterSums c = clusters[i];
            n += c.Count;
            x += c.X;
            y += c.Y;
            xx += c.Xx;
            xy += c.Xy;
        }
        double spread = xx - x * x / n;
        // Points at one x leave a spread of rounding size only.
        return n >= 2 && spread > 1e-12 * xx ? (xy - x * y / n) / spread : null;
    }
}

/// <summary>Names the random streams of bootstrap intervals.</summary>
internal static class BootstrapStream
{
    /// <summary>Seed 0, purpose <c>bootstrap</c>, scope = SHA-256 of what is drawn for.</summary>
    public static StreamKey Of(string what) =>
        StreamKey.Create(
            0,
            "bootstrap",
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(what)))
        );
}

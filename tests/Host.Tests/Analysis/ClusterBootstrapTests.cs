using NUnit.Framework;
using Robustness.Analysis;
using Robustness.Numerics;

namespace Robustness.Tests.Analysis;

/// <summary>
/// Intervals are reproducible, bracket the estimate and need more than one cluster.
/// </summary>
public sealed class ClusterBootstrapTests
{
    private static readonly StreamKey s_stream = StreamKey.Create(0, "bootstrap", "");

    [Test]
    public void TheMeanOfIndependentClustersHasItsNormalInterval()
    {
        // 0 .. 399: standard error of the mean = 115.47 / 20.
        var interval = ClusterBootstrap.Interval(
            s_stream,
            [400],
            drawn => drawn[0].Average(i => (double)i),
            2000
        );
        Assert.That(interval!.Value.Low, Is.EqualTo(199.5 - 1.96 * 5.77).Within(1.2));
        Assert.That(interval.Value.High, Is.EqualTo(199.5 + 1.96 * 5.77).Within(1.2));
    }

    [Test]
    public void TheSameStreamGivesTheSameInterval()
    {
        static double? Statistic(IReadOnlyList<int[]> drawn) => drawn[0].Sum() + drawn[1].Max();
        var first = ClusterBootstrap.Interval(s_stream, [5, 3], Statistic);
        var second = ClusterBootstrap.Interval(s_stream, [5, 3], Statistic);
        Assert.That(second, Is.EqualTo(first));
    }

    [Test]
    public void OneClusterHasNoSpread()
    {
        Assert.That(ClusterBootstrap.Interval(s_stream, [4, 1], _ => 1), Is.Null);
        Assert.That(ClusterBootstrap.IntervalOfRows(s_stream, [9], _ => 1), Is.Null);
    }

    [Test]
    public void RowsAreDrawnWithinTheirCluster()
    {
        bool inside = true;
        int[] rows = [2, 5, 3];
        ClusterBootstrap.IntervalOfRows(
            s_stream,
            rows,
            drawn =>
            {
                inside &= drawn.All(d => d.Row >= 0 && d.Row < rows[d.Cluster]);
                return drawn.Count;
            },
            200
        );
        Assert.That(inside);
    }
}

namespace Robustness.Analysis;

/// <summary>Count, mean, median, smallest and largest of a sample that is not empty.</summary>
/// <param name="Count">Observations.</param>
/// <param name="Mean">Arithmetic mean.</param>
/// <param name="Median">Middle value; mean of the two middle ones of an even count.</param>
/// <param name="Min">Smallest.</param>
/// <param name="Max">Largest.</param>
public readonly record struct SampleSummary(
    int Count,
    double Mean,
    double Median,
    double Min,
    double Max
)
{
    /// <summary>The summary; null of no values.</summary>
    public static SampleSummary? Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values];
        if (sorted.Length == 0)
        {
            return null;
        }
        double mean = sorted.Sum() / sorted.Length;
        Array.Sort(sorted);
        int middle = sorted.Length / 2;
        double median =
            sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new(sorted.Length, mean, median, sorted[0], sorted[^1]);
    }

    /// <summary>The mean; null of no values.</summary>
    public static double? MeanOf(IEnumerable<double> values) => Of(values)?.Mean;

    /// <summary>The median; null of no values.</summary>
    public static double? MedianOf(IEnumerable<double> values) => Of(values)?.Median;

    /// <summary>The quantile q in [0, 1] of ascending values, linear between neighbours.</summary>
    public static double Quantile(ReadOnlySpan<double> ascending, double q)
    {
        double place = q * (ascending.Length - 1);
        int below = (int)Math.Floor(place);
        int above = Math.Min(below + 1, ascending.Length - 1);
        return ascending[below] + (place - below) * (ascending[above] - ascending[below]);
    }
}

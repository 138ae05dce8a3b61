namespace Robustness.Analysis;

/// <summary>
/// Success of an attack as numbers: smoothed and logit rates, intervals, and how many iterations
/// a rate takes. Rates are fractions in [0, 1]; logarithms are base 10.
/// </summary>
public static class SuccessMetrics
{
    /// <summary>The 0.975 quantile of the standard normal: two-sided 95 %.</summary>
    public const double Z95 = 1.959963984540054;

    /// <summary>Laplace's rule (rate·n + 1) / (n + 2): no rate is 0 or 1 afterwards.</summary>
    /// <param name="rate">Observed rate.</param>
    /// <param name="count">The nominal size of the evaluated set, not the number attacked.</param>
    public static double Laplace(double rate, double count) => (rate * count + 1) / (count + 2);

    /// <summary>log10(p / (1 - p)); infinite at 0 and 1.</summary>
    public static double Logit10(double p) => Math.Log10(p / (1 - p));

    /// <summary>
    /// Wilson's (1927) interval of a rate observed in <paramref name="count"/> trials.
    /// </summary>
    /// <returns>Null without trials.</returns>
    public static (double Low, double High)? Wilson(double rate, double count, double z = Z95)
    {
        if (count <= 0)
        {
            return null;
        }
        double scale = 1 + z * z / count;
        double centre = (rate + z * z / (2 * count)) / scale;
        double spread = rate * (1 - rate) / count + z * z / (4 * count * count);
        double half = z * Math.Sqrt(spread) / scale;
        return (Math.Max(0, centre - half), Math.Min(1, centre + half));
    }

    /// <summary>
    /// IFS@d: the first iteration whose rate is at least d; null if there is none.
    /// </summary>
    /// <param name="rates">
    /// Rate at iterations 0, 1, 2, ...; iteration 0 is the clean prompt.
    /// </param>
    /// <param name="d">Wanted rate; 0 needs 0 iterations.</param>
    public static int? IterationsForSuccess(ReadOnlySpan<double> rates, double d)
    {
        if (d <= 0)
        {
            return 0;
        }
        for (int i = 0; i < rates.Length; i++)
        {
            if (rates[i] >= d)
            {
                return i;
            }
        }
        return null;
    }

    /// <summary>
    /// The iteration, linear between its neighbours, at which the rate reaches a target; null if
    /// it never does. An iteration whose rate equals the target is taken as it is.
    /// </summary>
    /// <param name="rates">Rate at iterations 0, 1, 2, ..., none left out.</param>
    /// <param name="target">Wanted rate.</param>
    public static double? InterpolatedIteration(ReadOnlySpan<double> rates, double target)
    {
        if (target <= 0)
        {
            return 0;
        }
        double previous = 0;
        for (int i = 0; i < rates.Length; i++)
        {
            if (rates[i] == target)
            {
                return i;
            }
            if (rates[i] > target)
            {
                return i == 0 ? 0 : i - 1 + (target - previous) / (rates[i] - previous);
            }
            previous = rates[i];
        }
        return null;
    }

    /// <summary>
    /// AIB@d: mean of the first max(1, ⌊rows·d⌋) first-breach iterations in ascending order;
    /// positive infinity where one of those rows was never broken, null without rows.
    /// </summary>
    /// <param name="firstBreach">For each row the first iteration, from 1, that broke it.</param>
    /// <param name="d">Fraction of the rows.</param>
    public static double? AverageInitialBreach(ReadOnlySpan<int?> firstBreach, double d)
    {
        if (firstBreach.IsEmpty)
        {
            return null;
        }
        double[] sorted = new double[firstBreach.Length];
        for (int i = 0; i < sorted.Length; i++)
        {
            sorted[i] = firstBreach[i] ?? double.PositiveInfinity;
        }
        Array.Sort(sorted);
        int taken = Math.Clamp((int)(sorted.Length * d), 1, sorted.Length);
        return sorted.AsSpan(0, taken).ToArray().Sum() / taken;
    }
}

namespace Robustness.Reporting;

/// <summary>k of n rows.</summary>
public readonly record struct Share(int Count, int Total)
{
    private const double Z = 1.959963984540054;

    /// <summary>k / n; 0 of no rows.</summary>
    public double Value => Total == 0 ? 0 : (double)Count / Total;

    /// <summary>
    /// Wilson's 95 % interval: (p + z²/2n ± z √(pq/n + z²/4n²)) / (1 + z²/n); 0 to 1 for no rows.
    /// </summary>
    public (double Low, double High) Interval()
    {
        if (Total == 0)
        {
            return (0, 1);
        }
        double n = Total;
        double p = Value;
        double spread = Z * Math.Sqrt(p * (1 - p) / n + Z * Z / (4 * n * n));
        double centre = p + Z * Z / (2 * n);
        double scale = 1 + Z * Z / n;
        return (Math.Max(0, (centre - spread) / scale), Math.Min(1, (centre + spread) / scale));
    }

    /// <summary>Shares of disjoint sets of rows, together.</summary>
    public static Share operator +(Share a, Share b) => a.Add(b);

    /// <summary>Shares of disjoint sets of rows, together.</summary>
    public Share Add(Share other) => new(Count + other.Count, Total + other.Total);
}

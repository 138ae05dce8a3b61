using Robustness.Analysis;

namespace Robustness.Reporting;

/// <summary>k of n rows.</summary>
public readonly record struct Share(int Count, int Total)
{
    /// <summary>k / n; 0 of no rows.</summary>
    public double Value => Total == 0 ? 0 : (double)Count / Total;

    /// <summary>Wilson's 95% interval; 0 to 1 for no rows.</summary>
    public (double Low, double High) Interval() => SuccessMetrics.Wilson(Value, Total) ?? (0, 1);

    /// <summary>Shares of disjoint sets of rows, together.</summary>
    public static Share operator +(Share a, Share b) => a.Add(b);

    /// <summary>Shares of disjoint sets of rows, together.</summary>
    public Share Add(Share other) => new(Count + other.Count, Total + other.Total);
}

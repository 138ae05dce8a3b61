using System.Globalization;

namespace Robustness.Reporting;

/// <summary>Numbers as the prose and the tables of a report write them.</summary>
internal static class ReportText
{
    /// <summary>A rate with two decimals.</summary>
    public static string Rate(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>A share as its rate, empty when it is of no rows.</summary>
    public static string Rate(Share share) => share.Total == 0 ? "" : Rate(share.Value);

    /// <summary>"41 of 98 rows (0.42, 95% interval 0.33 to 0.52)".</summary>
    public static string WithInterval(Share share)
    {
        if (share.Total == 0)
        {
            return "0 of 0 rows";
        }
        (double low, double high) = share.Interval();
        return $"{share.Count} of {share.Total} rows ({Rate(share.Value)}, 95% interval "
            + $"{Rate(low)} to {Rate(high)})";
    }

    /// <summary>"0.42 [0.33, 0.52]" for tables.</summary>
    public static string Cell(Share share)
    {
        if (share.Total == 0)
        {
            return "";
        }
        (double low, double high) = share.Interval();
        return $"{Rate(share.Value)} [{Rate(low)}, {Rate(high)}]";
    }

    /// <summary>A count with thousands apart.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>"1 row", "3 rows".</summary>
    public static string Count(int count, string noun) =>
        count == 1 ? $"1 {noun}" : $"{Count(count)} {noun}s";

    /// <summary>A quantity of compute with two digits: 3.4·10¹².</summary>
    public static string Flops(double value) => value > 0 ? AxisScaling.PowerOfTen(value) : "0";

    /// <summary>A coefficient with its sign and two decimals.</summary>
    public static string Signed(double value) =>
        value.ToString("+0.00;−0.00;0.00", CultureInfo.InvariantCulture);

    /// <summary>A number with two decimals.</summary>
    public static string Decimal(double value) =>
        double.IsFinite(value) ? value.ToString("0.00;−0.00", CultureInfo.InvariantCulture) : "";

    /// <summary>A duration: 4.2 s, 3 min 12 s, 1 h 2 min.</summary>
    public static string Duration(double seconds)
    {
        if (seconds < 59.95)
        {
            return seconds.ToString("0.0", CultureInfo.InvariantCulture) + " s";
        }
        var span = TimeSpan.FromSeconds(Math.Round(seconds));
        return span.TotalHours < 1
            ? $"{span.Minutes} min {span.Seconds} s"
            : $"{(int)span.TotalHours} h {span.Minutes} min";
    }

    /// <summary>"a", "a and b", "a, b and c".</summary>
    public static string List(IReadOnlyList<string> items) =>
        items.Count switch
        {
            0 => "none",
            1 => items[0],
            _ => string.Join(", ", items.Take(items.Count - 1)) + " and " + items[^1],
        };
}

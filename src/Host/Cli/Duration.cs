using System.Globalization;

namespace Robustness.Cli;

/// <summary>Lengths of time as people say them.</summary>
internal static class Duration
{
    private const double Minute = 60;
    private const double Hour = 60 * Minute;

    /// <summary>In one unit: 95 s, 12 min, 3.5 h.</summary>
    public static string Words(double seconds) =>
        seconds < 2 * Minute ? Invariant($"{seconds:0} s")
        : seconds < 2 * Hour ? Invariant($"{seconds / Minute:0} min")
        : Invariant($"{seconds / Hour:0.0} h");

    private static string Invariant(FormattableString text) =>
        text.ToString(CultureInfo.InvariantCulture);
}

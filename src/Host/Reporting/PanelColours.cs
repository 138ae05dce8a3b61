using System.Globalization;
using System.Text.RegularExpressions;
using OxyPlot;

namespace Robustness.Reporting;

/// <summary>
/// Carries CSS variables through the plot library, which knows numbers only: each variable gets
/// a colour of its own on the way in and is put back in its place in the SVG.
/// </summary>
internal static partial class PanelColours
{
    private const byte Page = 0;
    private const byte Category = 1;
    private const byte Sequence = 2;
    private static readonly string[] s_page = ["paper", "ink", "mute", "grid"];

    public static OxyColor Ink { get; } = Of("--fig-ink");

    public static OxyColor Grid { get; } = Of("--fig-grid");

    public static OxyColor Mute { get; } = Of("--fig-mute");

    public static OxyColor Paper { get; } = Of("--fig-paper");

    /// <summary>The stand-in of a variable.</summary>
    public static OxyColor Of(string variable)
    {
        string name = variable["--fig-".Length..];
        int page = Array.IndexOf(s_page, name);
        return page >= 0
            ? OxyColor.FromRgb(1, Page, (byte)page)
            : OxyColor.FromRgb(
                1,
                name[0] == 'c' ? Category : Sequence,
                byte.Parse(name.AsSpan(1), CultureInfo.InvariantCulture)
            );
    }

    /// <summary>The style text with each stand-in replaced by its variable.</summary>
    public static string Restore(string style) =>
        StandIn()
            .Replace(
                style,
                match =>
                {
                    int index = int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture);
                    string name = match.Groups[1].Value[0] switch
                    {
                        '0' => s_page[index],
                        '1' => $"c{index}",
                        _ => $"s{index}",
                    };
                    return $"var(--fig-{name})";
                }
            );

    [GeneratedRegex(@"rgb\(1,([012]),(\d+)\)")]
    private static partial Regex StandIn();
}

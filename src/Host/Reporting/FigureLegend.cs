using System.Globalization;
using System.Xml.Linq;

namespace Robustness.Reporting;

/// <summary>
/// The legend of a figure: one entry for each name, and what spread and crosses mean.
/// </summary>
internal static class FigureLegend
{
    /// <summary>Width of a sample in user units; its height is 12.</summary>
    public const int SampleWidth = 28;

    private const double Middle = SampleWidth / 2.0;

    /// <summary>Names with the elements that draw their samples.</summary>
    public static IReadOnlyList<(string Label, IReadOnlyList<XElement> Sample)> Entries(
        Figure figure
    )
    {
        var entries = new List<(string, IReadOnlyList<XElement>)>();
        IEnumerable<FigureSeries> named = figure
            .Panels.SelectMany(p => p.Series)
            .Where(s => s.Label.Length > 0)
            .DistinctBy(s => s.Label)
            .OrderBy(s => s.LegendRank);
        foreach (FigureSeries series in named)
        {
            entries.Add((VisibleText.Of(series.Label), Sample(series)));
        }
        FigureSeries? spread = figure
            .Panels.SelectMany(p => p.Series)
            .FirstOrDefault(s => s.Points.Any(p => p.Low is not null && p.High is not null));
        if (spread is not null && figure.SpreadLabel.Length > 0)
        {
            entries.Add((VisibleText.Of(figure.SpreadLabel), [SpreadSample(spread.Spread)]));
        }
        if (figure.Panels.Any(p => p.Absent.Count > 0) && figure.AbsentLabel.Length > 0)
        {
            entries.Add((VisibleText.Of(figure.AbsentLabel), [AbsentSample()]));
        }
        return entries;
    }

    private static List<XElement> Sample(FigureSeries series)
    {
        var parts = new List<XElement>();
        string colour = $"var({series.Colour.Variable})";
        if (series.Line)
        {
            string dash = series.Dashed ? ";stroke-dasharray:5,3" : "";
            parts.Add(Path("M1,6H27", $"stroke:{colour};stroke-width:2{dash}"));
        }
        string? shape = series.Marker switch
        {
            SeriesMarker.Circle => Circle(),
            SeriesMarker.Square => "M10.6,2.6H17.4V9.4H10.6Z",
            SeriesMarker.Triangle => "M14,1.6L18.2,9.2H9.8Z",
            SeriesMarker.Diamond => "M14,1.4L18.6,6L14,10.6L9.4,6Z",
            _ => null,
        };
        if (shape is not null)
        {
            parts.Add(Path(shape, $"fill:{colour}"));
        }
        return parts;
    }

    private static string Circle() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"M{Middle - 3.8},6a3.8,3.8 0 1 0 7.6,0a3.8,3.8 0 1 0 -7.6,0Z"
        );

    private static XElement SpreadSample(SeriesSpread spread) =>
        spread == SeriesSpread.Band
            ? Path("M1,1H27V11H1Z", "fill:var(--fig-mute);fill-opacity:0.25")
            : Path("M14,0V12", "stroke:var(--fig-mute);stroke-width:1.5");

    private static XElement AbsentSample() =>
        Path("M10,2L18,10M18,2L10,10", "stroke:var(--fig-mute);stroke-width:1.75");

    private static XElement Path(string data, string style) =>
        new("path", new XAttribute("d", data), new XAttribute("style", style));
}

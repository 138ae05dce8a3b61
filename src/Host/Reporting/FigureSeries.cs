namespace Robustness.Reporting;

/// <summary>One named sequence of points, drawn in the order given.</summary>
/// <param name="Label">Name in the legend; the same name in several panels is one entry.</param>
/// <param name="Colour">Its colour, as a role of the palette.</param>
/// <param name="Points">
/// Points in data units. A point that its scale cannot show (0 on a log axis, 0 or 1 on a logit
/// axis, NaN) is left out of the picture and breaks nothing; the CSV keeps it.
/// </param>
public sealed record FigureSeries(
    string Label,
    SeriesColour Colour,
    IReadOnlyList<FigurePoint> Points
)
{
    /// <summary>
    /// What tells series of one label apart in the CSV, for instance the size; empty for nothing.
    /// </summary>
    public string Detail { get; init; } = "";

    /// <summary>Place in the legend: ascending, equal ones in order of appearance.</summary>
    public int LegendRank { get; init; }

    /// <summary>Whether a line joins the points.</summary>
    public bool Line { get; init; } = true;

    /// <summary>Dashed lines are for controls and fits.</summary>
    public bool Dashed { get; init; }

    /// <summary>The shape at each point; shapes repeat what colours say.</summary>
    public SeriesMarker Marker { get; init; } = SeriesMarker.Circle;

    /// <summary>How Low and High of the points are drawn.</summary>
    public SeriesSpread Spread { get; init; } = SeriesSpread.Band;
}

/// <summary>A point of a series, with its spread where there is one.</summary>
/// <param name="X">Value on the horizontal axis.</param>
/// <param name="Y">Value on the vertical axis.</param>
/// <param name="Low">Lower end of the spread.</param>
/// <param name="High">Upper end of the spread.</param>
/// <param name="Count">Observations behind the point, for the CSV.</param>
public readonly record struct FigurePoint(
    double X,
    double Y,
    double? Low = null,
    double? High = null,
    int? Count = null
);

/// <summary>Shapes that stay apart at four pixels.</summary>
public enum SeriesMarker
{
    None,
    Circle,
    Square,
    Triangle,
    Diamond,
}

/// <summary>Ways to draw a spread.</summary>
public enum SeriesSpread
{
    /// <summary>A translucent area between the lows and the highs.</summary>
    Band,

    /// <summary>A vertical bar at each point.</summary>
    Bars,
}

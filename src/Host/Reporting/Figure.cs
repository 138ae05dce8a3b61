namespace Robustness.Reporting;

/// <summary>
/// A figure: panels in a grid under one title and one legend. The same record makes the SVG
/// file, the blocks of an HTML page and the CSV, so that a picture never shows other numbers
/// than its table.
/// </summary>
/// <param name="Stem">File name without extension; also the prefix of every id inside.</param>
/// <param name="Title">One line above the panels.</param>
/// <param name="Panels">At least one, in reading order.</param>
public sealed record Figure(string Stem, string Title, IReadOnlyList<FigurePanel> Panels)
{
    /// <summary>What the figure shows, for readers who cannot see it (the SVG's desc).</summary>
    public string Description { get; init; } = "";

    /// <summary>What the bands or bars mean, for the legend; empty when there are none.</summary>
    public string SpreadLabel { get; init; } = "";

    /// <summary>
    /// What a cross on the horizontal axis means (<see cref="FigurePanel.Absent"/>).
    /// </summary>
    public string AbsentLabel { get; init; } = "";

    /// <summary>Panels side by side; 0 chooses by their number.</summary>
    public int Columns { get; init; }

    /// <summary>Width of one panel in user units (CSS pixels at scale 1).</summary>
    public int PanelWidth { get; init; } = 400;

    /// <summary>Height of one panel in user units.</summary>
    public int PanelHeight { get; init; } = 290;

    /// <summary>
    /// Horizontal axes of one label and scale span the same range in every panel.
    /// </summary>
    public bool SharedX { get; init; } = true;

    /// <summary>Vertical axes of one label and scale span the same range in every panel.</summary>
    public bool SharedY { get; init; } = true;

    internal int GridColumns =>
        Math.Clamp(
            Columns > 0 ? Columns
                : Panels.Count == 4 ? 2
                : 3,
            1,
            Math.Max(1, Panels.Count)
        );
}

/// <summary>One coordinate system of a figure.</summary>
/// <param name="Title">Short name of the panel; empty for none.</param>
/// <param name="X">The horizontal axis.</param>
/// <param name="Y">The vertical axis.</param>
/// <param name="Series">Drawn in this order; a panel without a drawable point says so.</param>
public sealed record FigurePanel(
    string Title,
    FigureAxis X,
    FigureAxis Y,
    IReadOnlyList<FigureSeries> Series
)
{
    /// <summary>
    /// Values of x that have no y and must not be taken for one: crosses on the axis.
    /// </summary>
    public IReadOnlyList<double> Absent { get; init; } = [];

    /// <summary>Dashed horizontal lines, each named at its right end.</summary>
    public IReadOnlyList<FigureRule> Rules { get; init; } = [];

    /// <summary>
    /// Thin lines along which y is proportional to x, one for each power of ten of y / x. Only
    /// for two logarithmic axes.
    /// </summary>
    public bool ProportionalGuides { get; init; }
}

/// <summary>A dashed horizontal line at a value that a reader compares with.</summary>
public sealed record FigureRule(double Value, string Label);

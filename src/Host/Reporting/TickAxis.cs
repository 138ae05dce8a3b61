using OxyPlot;
using OxyPlot.Axes;

namespace Robustness.Reporting;

/// <summary>
/// An axis over places (transformed values) with given ticks. Labels of a horizontal axis that
/// would run into each other are left out, their ticks stay.
/// </summary>
internal sealed class TickAxis : LinearAxis
{
    private const double LabelSize = 11;
    private const double TitleSize = 12;
    private const double LabelGap = 6;
    private readonly IReadOnlyList<(double Place, string Label)> _ticks;
    private readonly IReadOnlyList<double> _labelled;

    public TickAxis(FigureAxis axis, AxisRange range, AxisPosition position, double length)
    {
        _ticks =
        [
            .. AxisScaling
                .Ticks(axis, range.Low, range.High)
                .Select(t => (AxisScaling.Place(axis.Scale, t.Value), VisibleText.Of(t.Label))),
        ];
        double perUnit = length / (range.High - range.Low);
        _labelled = position == AxisPosition.Bottom ? Spaced(perUnit) : [.. Places()];
        Position = position;
        Title = VisibleText.Of(axis.Caption);
        Minimum = range.Low;
        Maximum = range.High;
        MinimumPadding = 0;
        MaximumPadding = 0;
        MajorGridlineStyle = LineStyle.Solid;
        MajorGridlineColor = PanelColours.Grid;
        TicklineColor = PanelColours.Mute;
        TextColor = PanelColours.Ink;
        TitleColor = PanelColours.Ink;
        TickStyle = TickStyle.Outside;
        MajorTickSize = 4;
        AxisTickToLabelDistance = position == AxisPosition.Bottom ? 6 : 4;
        AxisTitleDistance = position == AxisPosition.Bottom ? 8 : 13;
        FontSize = LabelSize;
        TitleFontSize = Math.Min(TitleSize, TitleSize * length / TextSize.Width(Title, TitleSize));
    }

    public override void GetTickValues(
        out IList<double> majorLabelValues,
        out IList<double> majorTickValues,
        out IList<double> minorTickValues
    )
    {
        majorLabelValues = [.. _labelled];
        majorTickValues = [.. Places()];
        minorTickValues = [];
    }

    protected override string FormatValueOverride(double x) =>
        _ticks.MinBy(t => Math.Abs(t.Place - x)).Label ?? "";

    private IEnumerable<double> Places() => _ticks.Select(t => t.Place);

    private List<double> Spaced(double perUnit)
    {
        var kept = new List<double>();
        double free = double.NegativeInfinity;
        foreach ((double place, string label) in _ticks)
        {
            double half = TextSize.Width(label, LabelSize) / 2;
            if (place * perUnit - half >= free)
            {
                kept.Add(place);
                free = place * perUnit + half + LabelGap;
            }
        }
        return kept;
    }
}

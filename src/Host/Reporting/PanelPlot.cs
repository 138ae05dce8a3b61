using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace Robustness.Reporting;

/// <summary>
/// Turns one panel into a plot of the plot library: spreads first, lines above them.
/// </summary>
internal sealed class PanelPlot
{
    private const byte BandOpacity = 44;
    private const int TitleSize = 13;

    // Titles are centred above the plot area, which leaves room for labels on its left.
    private const int TitleMargin = 50;
    private readonly FigurePanel _panel;
    private readonly AxisRange _y;
    private readonly PlotModel _model;

    private PanelPlot(Figure figure, FigurePanel panel, AxisRange x, AxisRange y)
    {
        _panel = panel;
        _y = y;
        (string title, string rest) = TitleLines(
            VisibleText.Of(panel.Title),
            figure.PanelWidth - TitleMargin
        );
        _model = new PlotModel
        {
            Title = title.Length == 0 ? null : title,
            Subtitle = rest.Length == 0 ? null : rest,
            TitleFontSize = TitleSize,
            SubtitleFontSize = TitleSize,
            SubtitleFontWeight = 700,
            TitleColor = PanelColours.Ink,
            SubtitleColor = PanelColours.Ink,
            TitlePadding = 8,
            TextColor = PanelColours.Ink,
            DefaultFont = "Arial",
            DefaultFontSize = 11,
            Padding = new OxyThickness(4, 4, 14, 4),
            PlotAreaBorderColor = PanelColours.Mute,
            PlotAreaBorderThickness = new OxyThickness(1, 0, 0, 1),
        };
        _model.Axes.Add(new TickAxis(panel.X, x, AxisPosition.Bottom, figure.PanelWidth - 75));
        _model.Axes.Add(new TickAxis(panel.Y, y, AxisPosition.Left, figure.PanelHeight - 75));
    }

    /// <summary>The plot of a panel whose axes span the given ranges.</summary>
    public static PlotModel Of(Figure figure, FigurePanel panel, AxisRange x, AxisRange y)
    {
        var plot = new PanelPlot(figure, panel, x, y);
        plot.AddGuides(x);
        plot.AddRules(x);
        foreach (FigureSeries series in panel.Series)
        {
            plot.AddSpread(series);
        }
        foreach (FigureSeries series in panel.Series)
        {
            plot.AddLine(series);
        }
        plot.AddAbsent();
        plot.AddEmptyNote(x);
        return plot._model;
    }

    /// <summary>
    /// A title that is too wide goes on in a second line, after the last comma, colon or space
    /// that leaves the first one short enough.
    /// </summary>
    private static (string First, string Second) TitleLines(string title, int width)
    {
        const double Bold = 1.08;
        if (Bold * TextSize.Width(title, TitleSize) <= width)
        {
            return (title, "");
        }
        int[] breaks = [.. Enumerable.Range(1, title.Length - 1).Where(i => title[i] == ' ')];
        int[] fitting =
        [
            .. breaks.Where(i => Bold * TextSize.Width(title[..i], TitleSize) <= width),
        ];
        int clause = Array.FindLast(fitting, i => title[i - 1] is ',' or ':');
        int at = clause > 0 ? clause : fitting.LastOrDefault();
        return at > 0 ? (title[..at], title[(at + 1)..]) : (title, "");
    }

    private double PlaceX(double value) => AxisScaling.Place(_panel.X.Scale, value);

    private double PlaceY(double value) => AxisScaling.Place(_panel.Y.Scale, value);

    private IEnumerable<FigurePoint> Shown(FigureSeries series) =>
        series.Points.Where(p => AxisRange.CanShow(_panel, p));

    private void AddSpread(FigureSeries series)
    {
        FigurePoint[] points =
        [
            .. Shown(series).Where(p => p.Low is not null && p.High is not null),
        ];
        if (points.Length == 0)
        {
            return;
        }
        OxyColor colour = PanelColours.Of(series.Colour.Variable);
        if (series.Spread == SeriesSpread.Band && points.Length > 1)
        {
            var area = new AreaSeries
            {
                Color = OxyColors.Transparent,
                Fill = OxyColor.FromAColor(BandOpacity, colour),
            };
            area.Points.AddRange(points.Select(p => new DataPoint(PlaceX(p.X), Low(p))));
            area.Points2.AddRange(points.Select(p => new DataPoint(PlaceX(p.X), High(p))));
            _model.Series.Add(area);
            return;
        }
        var bars = new LineSeries { Color = colour, StrokeThickness = 1.25 };
        foreach (FigurePoint point in points)
        {
            bars.Points.Add(new DataPoint(PlaceX(point.X), Low(point)));
            bars.Points.Add(new DataPoint(PlaceX(point.X), High(point)));
            bars.Points.Add(DataPoint.Undefined);
        }
        _model.Series.Add(bars);
    }

    private double Low(FigurePoint point) => OnAxis(PlaceY(point.Low!.Value), _y.Low);

    private double High(FigurePoint point) => OnAxis(PlaceY(point.High!.Value), _y.High);

    /// <summary>
    /// An end of a spread without a place (0 on a log axis) goes to the axis's end.
    /// </summary>
    private static double OnAxis(double place, double end) => double.IsFinite(place) ? place : end;

    private void AddLine(FigureSeries series)
    {
        OxyColor colour = PanelColours.Of(series.Colour.Variable);
        var line = new LineSeries
        {
            Color = colour,
            LineStyle =
                !series.Line ? LineStyle.None
                : series.Dashed ? LineStyle.Dash
                : LineStyle.Solid,
            Dashes = series.Dashed ? [4, 3] : null,
            StrokeThickness = 1.75,
            LineJoin = LineJoin.Round,
            MarkerFill = colour,
            MarkerStroke = PanelColours.Paper,
            MarkerStrokeThickness = 0.75,
            MarkerSize = 3.6,
            MarkerType = series.Marker switch
            {
                SeriesMarker.Circle => MarkerType.Circle,
                SeriesMarker.Square => MarkerType.Square,
                SeriesMarker.Triangle => MarkerType.Triangle,
                SeriesMarker.Diamond => MarkerType.Diamond,
                _ => MarkerType.None,
            },
        };
        line.Points.AddRange(Shown(series).Select(p => new DataPoint(PlaceX(p.X), PlaceY(p.Y))));
        _model.Series.Add(line);
    }

    private void AddAbsent()
    {
        var crosses = new LineSeries
        {
            LineStyle = LineStyle.None,
            MarkerType = MarkerType.Cross,
            MarkerSize = 4,
            MarkerStroke = PanelColours.Mute,
            MarkerStrokeThickness = 1.75,
        };
        double height = _y.Low + 0.03 * (_y.High - _y.Low);
        crosses.Points.AddRange(
            _panel
                .Absent.Select(PlaceX)
                .Where(double.IsFinite)
                .Select(x => new DataPoint(x, height))
        );
        _model.Series.Add(crosses);
    }

    private void AddRules(AxisRange x)
    {
        foreach (FigureRule rule in _panel.Rules)
        {
            _model.Annotations.Add(
                new LineAnnotation
                {
                    Type = LineAnnotationType.Horizontal,
                    Y = PlaceY(rule.Value),
                    MinimumX = x.Low,
                    MaximumX = x.High,
                    Color = PanelColours.Mute,
                    LineStyle = LineStyle.Dash,
                    StrokeThickness = 1,
                    Text = VisibleText.Of(rule.Label),
                    TextColor = PanelColours.Mute,
                    FontSize = 10,
                    TextLinePosition = 1,
                    TextHorizontalAlignment = HorizontalAlignment.Right,
                    TextVerticalAlignment = VerticalAlignment.Top,
                }
            );
        }
    }

    private void AddGuides(AxisRange x)
    {
        if (!_panel.ProportionalGuides)
        {
            return;
        }
        int last = (int)Math.Ceiling(_y.High - x.Low);
        for (int power = (int)Math.Floor(_y.Low - x.High); power <= last; power++)
        {
            _model.Annotations.Add(
                new LineAnnotation
                {
                    Type = LineAnnotationType.LinearEquation,
                    Slope = 1,
                    Intercept = power,
                    Color = PanelColours.Mute,
                    LineStyle = LineStyle.Dot,
                    StrokeThickness = 0.75,
                }
            );
        }
    }

    private void AddEmptyNote(AxisRange x)
    {
        if (_panel.Series.Any(s => Shown(s).Any()))
        {
            return;
        }
        _model.Annotations.Add(
            new TextAnnotation
            {
                Text = "nothing to show",
                TextPosition = new DataPoint((x.Low + x.High) / 2, (_y.Low + _y.High) / 2),
                TextColor = PanelColours.Mute,
                Stroke = OxyColors.Transparent,
                FontSize = 12,
            }
        );
    }
}

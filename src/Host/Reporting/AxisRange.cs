namespace Robustness.Reporting;

/// <summary>The stretch of an axis that a panel shows, in places (transformed values).</summary>
internal readonly record struct AxisRange(double Low, double High)
{
    private const double Padding = 0.05;

    /// <summary>Ranges of the horizontal and vertical axis of each panel.</summary>
    public static IReadOnlyList<(AxisRange X, AxisRange Y)> Of(Figure figure)
    {
        IEnumerable<FigurePanel> Sharing(
            bool shared,
            FigurePanel panel,
            Func<FigurePanel, FigureAxis> axis
        ) =>
            shared
                ? figure.Panels.Where(p =>
                    axis(p).Label == axis(panel).Label && axis(p).Scale == axis(panel).Scale
                )
                : [panel];
        return
        [
            .. figure.Panels.Select(panel =>
                (
                    Around(
                        panel.X,
                        Sharing(figure.SharedX, panel, p => p.X).SelectMany(HorizontalValues)
                    ),
                    Around(
                        panel.Y,
                        Sharing(figure.SharedY, panel, p => p.Y).SelectMany(VerticalValues)
                    )
                )
            ),
        ];
    }

    /// <summary>Whether a point has a place on both axes of a panel.</summary>
    public static bool CanShow(FigurePanel panel, FigurePoint point) =>
        double.IsFinite(AxisScaling.Place(panel.X.Scale, point.X))
        && double.IsFinite(AxisScaling.Place(panel.Y.Scale, point.Y));

    private static IEnumerable<double> HorizontalValues(FigurePanel panel) =>
        Points(panel).Select(p => p.X).Concat(panel.Absent);

    private static IEnumerable<double> VerticalValues(FigurePanel panel) =>
        Points(panel)
            .SelectMany(p => new[] { p.Y, p.Low ?? p.Y, p.High ?? p.Y })
            .Concat(panel.Rules.Select(r => r.Value));

    private static IEnumerable<FigurePoint> Points(FigurePanel panel) =>
        panel.Series.SelectMany(s => s.Points).Where(p => CanShow(panel, p));

    private static AxisRange Around(FigureAxis axis, IEnumerable<double> values)
    {
        double[] places =
        [
            .. values.Select(v => AxisScaling.Place(axis.Scale, v)).Where(double.IsFinite),
        ];
        (double low, double high) =
            places.Length > 0 ? (places.Min(), places.Max()) : Default(axis.Scale);
        double margin = Math.Max(Padding * (high - low), high - low < 1e-9 ? 0.5 : 0);
        double? minimum = Bound(axis.Scale, axis.Minimum);
        double? maximum = Bound(axis.Scale, axis.Maximum);
        return new(
            minimum ?? (low - margin),
            maximum ?? Math.Max(high + margin, (minimum ?? low) + 1e-6)
        );
    }

    private static double? Bound(AxisScale scale, double? value) =>
        value is { } bound ? AxisScaling.Place(scale, bound) : null;

    private static (double Low, double High) Default(AxisScale scale) =>
        scale switch
        {
            AxisScale.Linear => (0, 1),
            AxisScale.Logit10 => (-2, 2),
            AxisScale.Log10 => (3, 6),
            _ => (-6, -3),
        };
}

using System.Globalization;
using System.Text;

namespace Robustness.Reporting;

/// <summary>
/// The numbers of a figure as CSV: one row for each point of each series, in data units, in the
/// order drawn; empty for unknown, LF, RFC 4180 quoting, shortest text that reads back.
/// </summary>
public static class FigureCsv
{
    /// <summary>The text of the .csv file beside the figure's .svg.</summary>
    public static string Text(Figure figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
        var text = new StringBuilder("panel,series,x_quantity,y_quantity,x,y,y_low,y_high,n\n");
        foreach (FigurePanel panel in figure.Panels)
        {
            foreach (FigureSeries series in panel.Series)
            {
                foreach (FigurePoint point in series.Points)
                {
                    string?[] cells =
                    [
                        panel.Title,
                        Name(series),
                        panel.X.Caption,
                        panel.Y.Caption,
                        Number(point.X),
                        Number(point.Y),
                        Number(point.Low),
                        Number(point.High),
                        point.Count?.ToString(CultureInfo.InvariantCulture),
                    ];
                    text.AppendJoin(',', cells.Select(c => Quote(c ?? ""))).Append('\n');
                }
            }
        }
        return text.ToString();
    }

    private static string Name(FigureSeries series) =>
        (series.Label.Length, series.Detail.Length) switch
        {
            (_, 0) => series.Label,
            (0, _) => series.Detail,
            _ => $"{series.Label}, {series.Detail}",
        };

    private static string Number(double? value) =>
        value is { } number && double.IsFinite(number)
            ? number.ToString("R", CultureInfo.InvariantCulture)
            : "";

    private static string Quote(string cell) =>
        cell.AsSpan().IndexOfAny(",\"\r\n") < 0
            ? cell
            : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

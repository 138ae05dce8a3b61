using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using OxyPlot;

namespace Robustness.Reporting;

/// <summary>
/// Draws one panel with the plot library and cleans the result: colours become CSS variables,
/// fonts are inherited, ids carry the figure's name, coordinates have two decimals (so the last
/// bit of a logarithm never shows in a file).
/// </summary>
internal static partial class PanelSvg
{
    /// <summary>
    /// The drawing as elements without a namespace, in the panel's own coordinates.
    /// </summary>
    public static IReadOnlyList<XElement> Draw(Figure figure, int panel)
    {
        (AxisRange x, AxisRange y) = AxisRange.Of(figure)[panel];
        PlotModel model = PanelPlot.Of(figure, figure.Panels[panel], x, y);
        var exporter = new SvgExporter
        {
            Width = figure.PanelWidth,
            Height = figure.PanelHeight,
            UseVerticalTextAlignmentWorkaround = true,
            TextMeasurer = new TextSize(),
        };
        XElement root = XDocument.Parse(exporter.ExportToString(model)).Root!;
        return [.. root.Elements().Select(e => Clean(e, $"{figure.Stem}-{panel}-"))];
    }

    private static XElement Clean(XElement element, string idPrefix)
    {
        var clean = new XElement(element.Name.LocalName);
        foreach (XAttribute attribute in element.Attributes())
        {
            switch (attribute.Name.LocalName)
            {
                case "font-family":
                case "dominant-baseline":
                    break;
                case "font-weight" when attribute.Value == "400":
                    break;
                case "id":
                    clean.SetAttributeValue("id", idPrefix + attribute.Value);
                    break;
                case "clip-path":
                    string target = attribute.Value.Replace("url(#", $"url(#{idPrefix}");
                    clean.SetAttributeValue("clip-path", target);
                    break;
                case "fill":
                    string fill = PanelColours.Restore(attribute.Value);
                    clean.SetAttributeValue("style", $"fill:{fill}");
                    break;
                default:
                    string value = PanelColours.Restore(Round(attribute.Value));
                    clean.SetAttributeValue(attribute.Name.LocalName, value);
                    break;
            }
        }
        foreach (XNode node in element.Nodes())
        {
            clean.Add(node is XElement child ? Clean(child, idPrefix) : new XText((XText)node));
        }
        return clean;
    }

    private static string Round(string value) =>
        LongNumber()
            .Replace(
                value,
                match =>
                    double.Parse(match.Value, CultureInfo.InvariantCulture)
                        .ToString("0.##", CultureInfo.InvariantCulture)
            );

    [GeneratedRegex(@"-?\d+\.\d{3,}")]
    private static partial Regex LongNumber();
}

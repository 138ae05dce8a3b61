using System.Globalization;
using System.Xml.Linq;

namespace Robustness.Reporting;

/// <summary>
/// A figure as SVG: one self-contained file with title, legend and all panels, or one panel
/// alone for a page that arranges panels itself. Same figure, same bytes.
/// </summary>
public static class FigureSvg
{
    internal const string Fonts =
        "system-ui, -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif";

    private const int Margin = 12;
    private const int TitleSize = 15;
    private const int TitleLine = 20;
    private const int LegendSize = 12;
    private const int LegendLine = 20;

    /// <summary>The whole figure as the text of an .svg file.</summary>
    public static string Document(Figure figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
        int columns = figure.GridColumns;
        int width = columns * figure.PanelWidth + 2 * Margin;
        var body = new List<XElement>();
        double top = AddTitle(body, figure, width);
        top = AddLegend(body, figure, top, width) + Margin / 2;
        for (int panel = 0; panel < figure.Panels.Count; panel++)
        {
            int x = Margin + panel % columns * figure.PanelWidth;
            double y = top + panel / columns * figure.PanelHeight;
            body.Add(new XElement("g", Translate(x, y), PanelSvg.Draw(figure, panel)));
        }
        int rows = (figure.Panels.Count + columns - 1) / columns;
        double height = top + rows * figure.PanelHeight + Margin;
        XElement root = Root(figure.Stem, figure.Title, figure.Description, width, height);
        root.Add(
            new XElement("style", FigurePalette.Css(".figure")),
            new XElement(
                "rect",
                new XAttribute("width", width),
                new XAttribute("height", Number(height)),
                new XAttribute("style", "fill:var(--fig-paper)")
            ),
            body
        );
        return Markup
            .Write(root)
            .Replace(
                "<svg ",
                "<svg xmlns=\"http://www.w3.org/2000/svg\" ",
                StringComparison.Ordinal
            );
    }

    /// <summary>
    /// One panel as an svg element for a page that defines the palette's variables.
    /// </summary>
    internal static XElement Panel(Figure figure, int panel)
    {
        string name = figure.Panels[panel].Title is { Length: > 0 } title
            ? $"{figure.Title}: {title}"
            : figure.Title;
        XElement root = Root(
            $"{figure.Stem}-{panel}",
            name,
            figure.Description,
            figure.PanelWidth,
            figure.PanelHeight
        );
        root.Add(PanelSvg.Draw(figure, panel));
        return root;
    }

    private static XElement Root(string id, string title, string text, int width, double height) =>
        new(
            "svg",
            new XAttribute("id", id),
            new XAttribute("class", "figure"),
            new XAttribute("viewBox", $"0 0 {width} {Number(height)}"),
            new XAttribute("width", width),
            new XAttribute("height", Number(height)),
            new XAttribute("role", "img"),
            new XAttribute("aria-labelledby", $"{id}-title {id}-desc"),
            new XAttribute("font-family", Fonts),
            new XElement("title", new XAttribute("id", $"{id}-title"), VisibleText.Of(title)),
            new XElement("desc", new XAttribute("id", $"{id}-desc"), VisibleText.Of(text))
        );

    private static double AddTitle(List<XElement> body, Figure figure, int width)
    {
        double y = Margin;
        foreach (string line in Lines(figure.Title, width - 2 * Margin, TitleSize))
        {
            y += TitleLine;
            body.Add(Text(Margin, y - 5, TitleSize, line, "font-weight:600"));
        }
        return y;
    }

    private static double AddLegend(List<XElement> body, Figure figure, double top, int width)
    {
        double x = Margin;
        double y = top;
        foreach ((string label, IReadOnlyList<XElement> sample) in FigureLegend.Entries(figure))
        {
            double entry = FigureLegend.SampleWidth + 6 + TextSize.Width(label, LegendSize);
            if (y <= top || x + entry > width - Margin)
            {
                x = Margin;
                y += LegendLine;
            }
            body.Add(new XElement("g", Translate(x, y - 14), sample));
            body.Add(Text(x + FigureLegend.SampleWidth + 6, y - 4, LegendSize, label, ""));
            x += entry + 18;
        }
        return y;
    }

    private static XElement Text(double x, double y, int size, string text, string style) =>
        new(
            "text",
            new XAttribute("x", Number(x)),
            new XAttribute("y", Number(y)),
            new XAttribute("font-size", size),
            new XAttribute("style", $"fill:var(--fig-ink);{style}"),
            text
        );

    private static IEnumerable<string> Lines(string text, double width, int size)
    {
        string line = "";
        foreach (string word in VisibleText.Of(text).Split(' '))
        {
            if (line.Length > 0 && TextSize.Width($"{line} {word}", size) > width)
            {
                yield return line;
                line = "";
            }
            line = line.Length == 0 ? word : $"{line} {word}";
        }
        yield return line;
    }

    private static XAttribute Translate(double x, double y) =>
        new("transform", $"translate({Number(x)},{Number(y)})");

    private static string Number(double value) =>
        value.ToString("0.##", CultureInfo.InvariantCulture);
}

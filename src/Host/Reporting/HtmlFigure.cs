using System.Globalization;
using System.Xml.Linq;

namespace Robustness.Reporting;

/// <summary>
/// A figure inside a page: heading, legend, panels that stand side by side where there is room
/// and below each other where there is not, caption, and where its numbers are.
/// </summary>
internal static class HtmlFigure
{
    /// <summary>The element.</summary>
    /// <param name="figure">The figure; its stem is the element's id.</param>
    /// <param name="caption">How to read it, in a sentence or two.</param>
    /// <param name="folder">Folder of its files, relative to the page.</param>
    public static XElement Build(Figure figure, string caption, string folder) =>
        new(
            "figure",
            Html.Heading(figure.Title),
            Legend(figure),
            new XElement(
                "div",
                new XAttribute("class", figure.Panels.Count == 1 ? "panels single" : "panels"),
                figure.Panels.Select((_, index) => FigureSvg.Panel(figure, index))
            ),
            new XElement(
                "figcaption",
                VisibleText.Of(caption + " "),
                Html.Class("span", "files", $"Numbers and picture: "),
                File(figure, folder, "csv"),
                " ",
                File(figure, folder, "svg")
            )
        );

    private static XElement? Legend(Figure figure)
    {
        XElement[] entries =
        [
            .. FigureLegend.Entries(figure).Select(e => Entry(e.Label, e.Sample)),
        ];
        return entries.Length == 0
            ? null
            : new XElement("ul", new XAttribute("class", "legend"), entries);
    }

    private static XElement Entry(string label, IReadOnlyList<XElement> sample) =>
        new(
            "li",
            new XElement(
                "svg",
                new XAttribute("viewBox", $"0 0 {FigureLegend.SampleWidth} 12"),
                new XAttribute("width", FigureLegend.SampleWidth),
                new XAttribute("height", 12.ToString(CultureInfo.InvariantCulture)),
                new XAttribute("aria-hidden", "true"),
                sample
            ),
            label
        );

    private static XElement File(Figure figure, string folder, string extension) =>
        new(
            "a",
            new XAttribute("href", $"{folder}/{figure.Stem}.{extension}"),
            $"{figure.Stem}.{extension}"
        );
}

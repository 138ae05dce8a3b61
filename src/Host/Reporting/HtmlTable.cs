using System.Xml.Linq;

namespace Robustness.Reporting;

/// <summary>
/// A table of a page: a caption, one header row, rows of text. Wide tables scroll inside their
/// own box, so the page never does.
/// </summary>
/// <param name="Caption">What the rows are.</param>
/// <param name="Columns">Headings with the alignment of their cells.</param>
/// <param name="Rows">Cells in the order of the columns; the first cell names the row.</param>
internal sealed record HtmlTable(
    string Caption,
    IReadOnlyList<HtmlColumn> Columns,
    IReadOnlyList<IReadOnlyList<string>> Rows
)
{
    /// <summary>The elements; a table without rows becomes a sentence.</summary>
    public IEnumerable<XElement> Build() =>
        Rows.Count == 0
            ? [Html.Note($"{Caption}: no rows.")]
            :
            [
                Html.Class("p", "caption", Caption),
                new XElement(
                    "div",
                    new XAttribute("class", "scroll"),
                    new XAttribute("tabindex", "0"),
                    new XAttribute("role", "region"),
                    new XAttribute("aria-label", VisibleText.Of(Caption)),
                    new XElement(
                        "table",
                        new XElement("thead", new XElement("tr", Columns.Select(Heading))),
                        new XElement("tbody", Rows.Select(Row))
                    )
                ),
            ];

    private static XElement Heading(HtmlColumn column) =>
        new(
            "th",
            new XAttribute("scope", "col"),
            column.IsNumber ? new XAttribute("class", "number") : null,
            VisibleText.Of(column.Heading)
        );

    private XElement Row(IReadOnlyList<string> cells)
    {
        if (cells.Count != Columns.Count)
        {
            throw new ArgumentException(
                $"A row of '{Caption}' has {cells.Count} cells; the table has {Columns.Count} "
                    + "columns."
            );
        }
        return new XElement("tr", cells.Select(Cell));
    }

    private XElement Cell(string text, int column) =>
        new(
            column == 0 ? "th" : "td",
            column == 0 ? new XAttribute("scope", "row") : null,
            Columns[column].IsNumber ? new XAttribute("class", "number") : null,
            VisibleText.Of(text)
        );
}

/// <summary>A column: its heading, and whether its cells are numbers (set to the right).</summary>
internal readonly record struct HtmlColumn(string Heading, bool IsNumber)
{
    public static HtmlColumn Text(string heading) => new(heading, false);

    public static HtmlColumn Number(string heading) => new(heading, true);
}

using System.Xml.Linq;

namespace Robustness.Reporting;

/// <summary>One section of a page: its anchor, its heading and its blocks.</summary>
internal sealed record HtmlSection(string Id, string Heading, IReadOnlyList<XElement> Content);

/// <summary>
/// A report as one self-contained HTML file: no script, no network, no other file needed. Light
/// or dark as the reader's system is, readable from 360 pixels up, light when printed.
/// </summary>
internal static class HtmlPage
{
    private const string ContentPolicy = "default-src 'none'; style-src 'unsafe-inline'";

    /// <summary>The text of the page.</summary>
    /// <param name="title">Heading and window title.</param>
    /// <param name="lead">One sentence under the heading.</param>
    /// <param name="sections">In reading order; each gets an entry in the contents.</param>
    public static string Write(string title, string lead, IReadOnlyList<HtmlSection> sections)
    {
        var root = new XElement(
            "html",
            new XAttribute("lang", "en"),
            Head(title),
            new XElement(
                "body",
                new XElement("header", Html.Element("h1", title), Html.Class("p", "lead", lead)),
                Contents(sections),
                new XElement("main", sections.Select(Section))
            )
        );
        return "<!DOCTYPE html>\n" + Markup.Write(root);
    }

    private static XElement Head(string title) =>
        new(
            "head",
            Meta("charset", "utf-8"),
            new XElement(
                "meta",
                new XAttribute("http-equiv", "Content-Security-Policy"),
                new XAttribute("content", ContentPolicy)
            ),
            Named("viewport", "width=device-width, initial-scale=1"),
            Named("color-scheme", "light dark"),
            Html.Element("title", title),
            new XElement("style", FigurePalette.Css(":root") + PageStyle.Css)
        );

    private static XElement Contents(IReadOnlyList<HtmlSection> sections) =>
        new(
            "nav",
            new XAttribute("aria-label", "Contents"),
            sections.Select(s => new XElement(
                "a",
                new XAttribute("href", $"#{s.Id}"),
                VisibleText.Of(s.Heading)
            ))
        );

    private static XElement Section(HtmlSection section) =>
        new(
            "section",
            new XAttribute("id", section.Id),
            Html.Element("h2", section.Heading),
            section.Content
        );

    private static XElement Meta(string name, string value) =>
        new("meta", new XAttribute(name, value));

    private static XElement Named(string name, string content) =>
        new("meta", new XAttribute("name", name), new XAttribute("content", content));
}

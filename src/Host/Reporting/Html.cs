using System.Xml.Linq;

namespace Robustness.Reporting;

/// <summary>
/// Elements of a page. Text goes in as data: what it cannot show becomes visible signs here,
/// what would be markup is escaped when the page is written.
/// </summary>
internal static class Html
{
    /// <summary>An element that holds text.</summary>
    public static XElement Element(string name, string text) => new(name, VisibleText.Of(text));

    /// <summary>An element with a class that holds text.</summary>
    public static XElement Class(string name, string style, string text) =>
        new(name, new XAttribute("class", style), VisibleText.Of(text));

    /// <summary>A paragraph.</summary>
    public static XElement Paragraph(string text) => Element("p", text);

    /// <summary>A smaller paragraph: what limits the statements before it.</summary>
    public static XElement Note(string text) => Class("p", "note", text);

    /// <summary>A bulleted list.</summary>
    public static XElement List(IEnumerable<string> items) =>
        new("ul", items.Select(i => Element("li", i)));

    /// <summary>A sub-heading.</summary>
    public static XElement Heading(string text) => Element("h3", text);

    /// <summary>Commands or other text whose lines are kept as they are.</summary>
    public static XElement Lines(IEnumerable<string> lines) =>
        new("pre", string.Join('\n', lines.Select(VisibleText.Of)));

    /// <summary>
    /// Text as it went into a model: every sign visible, the part between start and end marked.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="start">First UTF-16 unit of the marked part.</param>
    /// <param name="end">First unit after it; equal to start for nothing marked.</param>
    public static XElement Prompt(string text, int start, int end)
    {
        var pre = new XElement("pre", new XAttribute("class", "prompt"), PromptRuns(text[..start]));
        if (end > start)
        {
            pre.Add(
                new XElement(
                    "span",
                    new XAttribute("class", "attack"),
                    PromptRuns(text[start..end])
                )
            );
        }
        pre.Add(PromptRuns(text[end..]));
        return pre;
    }

    private static IEnumerable<object> PromptRuns(string text)
    {
        foreach ((string run, bool isSign) in VisibleText.Runs(text))
        {
            if (!isSign)
            {
                yield return run;
                continue;
            }
            yield return new XElement("span", new XAttribute("class", "sign"), run);
            if (run == VisibleText.LineFeed)
            {
                yield return "\n";
            }
        }
    }
}

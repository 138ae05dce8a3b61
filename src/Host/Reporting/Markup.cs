using System.Text;
using System.Xml.Linq;

namespace Robustness.Reporting;

/// <summary>
/// Writes element trees as HTML or SVG text. Pages are built as trees and only become text
/// here, so every character of data is escaped in one place and none can become markup.
/// </summary>
internal static class Markup
{
    private static readonly HashSet<string> s_void = ["br", "meta"];

    private static readonly HashSet<string> s_raw = ["style"];

    private static readonly HashSet<string> s_inline =
    [
        "a",
        "b",
        "br",
        "code",
        "em",
        "span",
        "strong",
        "sub",
        "sup",
    ];

    /// <summary>The text of an element, one line for each block, LF.</summary>
    public static string Write(XElement element)
    {
        var text = new StringBuilder();
        Append(text, element);
        return text.ToString();
    }

    private static void Append(StringBuilder text, XElement element)
    {
        string name = element.Name.LocalName;
        text.Append('<').Append(name);
        foreach (XAttribute attribute in element.Attributes())
        {
            text.Append(' ').Append(attribute.Name.LocalName).Append("=\"");
            AppendEscaped(text, attribute.Value);
            text.Append('"');
        }
        text.Append('>');
        if (!s_void.Contains(name))
        {
            AppendContent(text, element, raw: s_raw.Contains(name));
            text.Append("</").Append(name).Append('>');
        }
        if (!s_inline.Contains(name))
        {
            text.Append('\n');
        }
    }

    private static void AppendContent(StringBuilder text, XElement element, bool raw)
    {
        foreach (XNode node in element.Nodes())
        {
            if (node is XElement child)
            {
                Append(text, child);
            }
            else if (node is XText { Value: var value })
            {
                if (raw)
                {
                    AppendRaw(text, value);
                }
                else
                {
                    AppendEscaped(text, value);
                }
            }
        }
    }

    private static void AppendRaw(StringBuilder text, string value)
    {
        if (value.AsSpan().IndexOfAny('<', '&') >= 0)
        {
            throw new ArgumentException("A style sheet holds '<' or '&', which end or alter it.");
        }
        text.Append(value);
    }

    private static void AppendEscaped(StringBuilder text, string value)
    {
        foreach (char c in value)
        {
            _ = c switch
            {
                '&' => text.Append("&amp;"),
                '<' => text.Append("&lt;"),
                '>' => text.Append("&gt;"),
                '"' => text.Append("&quot;"),
                '\'' => text.Append("&#39;"),
                '\0' => text.Append('\ufffd'),
                _ => text.Append(c),
            };
        }
    }
}

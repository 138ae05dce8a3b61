using System.Globalization;
using System.Xml.Linq;
using NUnit.Framework;
using Robustness.Reporting;

namespace Robustness.Tests.Reporting;

/// <summary>
/// Text and colours of a page: signs for what cannot be seen, escaping, contrast.
/// </summary>
public sealed class PageTextTests
{
    [TestCase("a\nb", "a↵b")]
    [TestCase("\t\0\u001b\u007f", "⇥␀␛␡")]
    [TestCase("\u00a0\u200b\u202e\ufeff", "⍽⟨200B⟩⟨202E⟩⟨FEFF⟩")]
    [TestCase("\u0085\u2028\ue000\uffff", "⟨0085⟩⟨2028⟩⟨E000⟩⟨FFFF⟩")]
    [TestCase("é 漢 😀 <&>", "é 漢 😀 <&>")]
    [TestCase("", "")]
    public void WhatCannotBeSeenBecomesASign(string text, string shown) =>
        Assert.That(VisibleText.Of(text), Is.EqualTo(shown));

    [Test]
    public void AHalfOfAPairIsReplaced() =>
        Assert.That(VisibleText.Of("a" + '\ud800' + "b"), Is.EqualTo("a\ufffdb"));

    [FsCheck.NUnit.Property]
    public void VisibleTextIsVisibleOnceAndForAll(string text)
    {
        string shown = VisibleText.Of(text ?? "");
        Assert.That(shown.Any(char.IsControl), Is.False);
        Assert.That(VisibleText.Of(shown), Is.EqualTo(shown));
    }

    [FsCheck.NUnit.Property]
    public void WhatIsWrittenReadsBack(string text)
    {
        string shown = VisibleText.Of(text ?? "");
        var written = new XElement("p", new XAttribute("title", shown), shown);
        var read = XElement.Parse(Markup.Write(written), LoadOptions.PreserveWhitespace);
        Assert.That(read.Value, Is.EqualTo(shown));
        Assert.That(read.Attribute("title")!.Value, Is.EqualTo(shown));
    }

    [Test]
    public void AStyleSheetMayNotHoldMarkup() =>
        Assert.That(
            () => Markup.Write(new XElement("style", "a{}</style><script>")),
            Throws.ArgumentException.With.Message.Contains("'<' or '&'")
        );

    [Test]
    public void ARowMustFillItsTable()
    {
        var table = new HtmlTable(
            "Sizes",
            [HtmlColumn.Text("a")],
            [
                ["1", "2"],
            ]
        );
        Assert.That(
            () => table.Build().ToList(),
            Throws.ArgumentException.With.Message.EqualTo(
                "A row of 'Sizes' has 2 cells; the table has 1 columns."
            )
        );
    }

    /// <summary>
    /// WCAG asks graphical objects for a contrast of 3 against what is next to them.
    /// </summary>
    [Test]
    public void EveryColourStandsOutFromItsPage()
    {
        foreach (
            (string light, string dark) in FigurePalette.Categories.Concat(FigurePalette.Sequence)
        )
        {
            Assert.That(Contrast(light, "#ffffff"), Is.AtLeast(3), light);
            Assert.That(Contrast(dark, "#14171c"), Is.AtLeast(3), dark);
        }
    }

    [Test]
    public void TheSequenceChangesLightnessSteadily()
    {
        double[] light = [.. FigurePalette.Sequence.Select(c => Luminance(c.Light))];
        double[] dark = [.. FigurePalette.Sequence.Select(c => Luminance(c.Dark))];
        Assert.That(light, Is.Ordered.Descending);
        Assert.That(dark, Is.Ordered.Ascending);
    }

    private static double Contrast(string a, string b)
    {
        double one = Luminance(a) + 0.05;
        double two = Luminance(b) + 0.05;
        return Math.Max(one, two) / Math.Min(one, two);
    }

    private static double Luminance(string colour)
    {
        double Channel(int place)
        {
            int value = int.Parse(
                colour.AsSpan(place, 2),
                NumberStyles.HexNumber,
                CultureInfo.InvariantCulture
            );
            double c = value / 255.0;
            return c <= 0.03928 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
        }
        return 0.2126 * Channel(1) + 0.7152 * Channel(3) + 0.0722 * Channel(5);
    }
}

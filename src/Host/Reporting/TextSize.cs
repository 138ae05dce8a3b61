using OxyPlot;

namespace Robustness.Reporting;

/// <summary>
/// Estimates how large text is, without a font: figures must come out the same on every machine,
/// and the reader's own fonts draw them. Errs on the wide side.
/// </summary>
internal sealed class TextSize : RenderContextBase
{
    // What capitals and digits fill: labels are centred by it.
    private const double LineHeight = 0.8;

    // Titles, the only bold text, may have a line below.
    private const double TitleLineHeight = 1.15;
    private const double Bold = 700;

    /// <summary>Width in user units of one line at a font size.</summary>
    public static double Width(string text, double fontSize)
    {
        double em = 0;
        foreach (char c in text)
        {
            em += c switch
            {
                'i' or 'j' or 'l' or 'I' or '.' or ',' or ':' or ';' or '|' or '\'' => 0.32,
                ' ' or 't' or 'f' or 'r' or '(' or ')' or '-' or '·' => 0.4,
                '⁰' or '¹' or '²' or '³' or '⁴' or '⁵' or '⁶' or '⁷' or '⁸' or '⁹' or '⁻' => 0.42,
                'm' or 'w' or 'M' or 'W' or '%' => 0.92,
                >= 'A' and <= 'Z' => 0.68,
                > '⺀' => 1,
                _ => 0.6,
            };
        }
        return em * fontSize;
    }

    public override OxySize MeasureText(
        string text,
        string? fontFamily = null,
        double fontSize = 10,
        double fontWeight = 500
    ) =>
        string.IsNullOrEmpty(text)
            ? OxySize.Empty
            : new OxySize(
                Width(text, fontSize),
                fontSize * (fontWeight >= Bold ? TitleLineHeight : LineHeight)
            );

    public override void DrawLine(
        IList<ScreenPoint> points,
        OxyColor stroke,
        double thickness,
        EdgeRenderingMode edgeRenderingMode,
        double[] dashArray,
        LineJoin lineJoin
    ) => throw Measures();

    public override void DrawPolygon(
        IList<ScreenPoint> points,
        OxyColor fill,
        OxyColor stroke,
        double thickness,
        EdgeRenderingMode edgeRenderingMode,
        double[] dashArray,
        LineJoin lineJoin
    ) => throw Measures();

    public override void DrawText(
        ScreenPoint p,
        string text,
        OxyColor fill,
        string? fontFamily = null,
        double fontSize = 10,
        double fontWeight = 500,
        double rotation = 0,
        HorizontalAlignment horizontalAlignment = HorizontalAlignment.Left,
        VerticalAlignment verticalAlignment = VerticalAlignment.Top,
        OxySize? maxSize = null
    ) => throw Measures();

    public override int ClipCount => 0;

    public override void PushClip(OxyRect clippingRectangle) => throw Measures();

    public override void PopClip() => throw Measures();

    private static NotSupportedException Measures() => new("Text is measured here, not drawn.");
}

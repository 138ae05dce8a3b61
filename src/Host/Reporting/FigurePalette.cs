using System.Globalization;
using System.Text;

namespace Robustness.Reporting;

/// <summary>
/// The colour of a series as a role: a category, a rank on the scale of model sizes, or muted.
/// The colour itself is a CSS variable, so one picture serves light and dark pages.
/// </summary>
public readonly record struct SeriesColour
{
    private SeriesColour(string variable) => Variable = variable;

    /// <summary>Name of the CSS variable.</summary>
    public string Variable { get; }

    /// <summary>Grey: what is only there for comparison.</summary>
    public static SeriesColour Muted => new("--fig-mute");

    /// <summary>The index-th of eight unordered colours; further ones begin anew.</summary>
    public static SeriesColour Category(int index) =>
        new($"--fig-c{index % FigurePalette.Categories.Count}");

    /// <summary>Rank of count on the sequential scale: larger models stand out more.</summary>
    public static SeriesColour Size(int rank, int count)
    {
        int last = FigurePalette.Sequence.Count - 1;
        int step = count <= 1 ? last : (int)Math.Round((double)rank * last / (count - 1));
        return new($"--fig-s{Math.Clamp(step, 0, last)}");
    }
}

/// <summary>
/// Colours of all figures, each with a light and a dark variant. Categories are told apart with
/// the common colour blindnesses (after Okabe and Ito, darkened or lightened to a contrast of 3
/// against the page); the sequence changes lightness steadily, so it survives grey printing.
/// </summary>
internal static class FigurePalette
{
    /// <summary>(light, dark) of each category.</summary>
    public static IReadOnlyList<(string Light, string Dark)> Categories { get; } =
    [
        ("#0068a8", "#58b0ea"),
        ("#c8500a", "#ff9259"),
        ("#00805c", "#3ecb9f"),
        ("#a8478a", "#e595c8"),
        ("#8f6a00", "#e3b94a"),
        ("#3f7f93", "#8fd3e6"),
        ("#5b4bb0", "#a99cf5"),
        ("#7a4a32", "#cfa088"),
    ];

    /// <summary>(light, dark) of each step from the smallest to the largest model.</summary>
    public static IReadOnlyList<(string Light, string Dark)> Sequence { get; } =
    [
        ("#b58e1a", "#8270c8"),
        ("#96942a", "#7380d3"),
        ("#739238", "#648fd8"),
        ("#4f8d4a", "#569ed6"),
        ("#2e865c", "#4dacce"),
        ("#177c6c", "#4ab9be"),
        ("#127078", "#55c4a9"),
        ("#1d627e", "#6cce92"),
        ("#2c527f", "#8bd67a"),
        ("#39417a", "#addc66"),
        ("#412e6e", "#d0e159"),
        ("#41195a", "#f4e55f"),
    ];

    private static readonly (string Name, string Light, string Dark)[] s_page =
    [
        ("--fig-paper", "#ffffff", "#14171c"),
        ("--fig-ink", "#1c2026", "#e4e7ec"),
        ("--fig-mute", "#6a717c", "#9aa3b0"),
        ("--fig-grid", "#e3e6ea", "#2b3038"),
    ];

    /// <summary>
    /// Rules that define every variable on the selector: light, and dark on screens that ask for
    /// it. Print stays light.
    /// </summary>
    public static string Css(string selector)
    {
        var light = new StringBuilder();
        var dark = new StringBuilder();
        foreach ((string name, string onLight, string onDark) in Variables())
        {
            light.Append(CultureInfo.InvariantCulture, $"{name}:{onLight};");
            dark.Append(CultureInfo.InvariantCulture, $"{name}:{onDark};");
        }
        return $"{selector}{{{light}}}\n@media screen and (prefers-color-scheme: "
            + $"dark){{{selector}{{{dark}}}}}\n";
    }

    private static IEnumerable<(string Name, string Light, string Dark)> Variables()
    {
        IEnumerable<(string, string, string)> categories = Categories.Select(
            (c, i) => ($"--fig-c{i}", c.Light, c.Dark)
        );
        IEnumerable<(string, string, string)> sequence = Sequence.Select(
            (c, i) => ($"--fig-s{i}", c.Light, c.Dark)
        );
        return s_page.Concat(categories).Concat(sequence);
    }
}

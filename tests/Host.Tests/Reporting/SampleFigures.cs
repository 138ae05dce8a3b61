using Robustness.Reporting;

namespace Robustness.Tests.Reporting;

/// <summary>Made-up figures that use every part of the toolkit.</summary>
internal static class SampleFigures
{
    private static readonly double[] s_sizes = [6592, 25472, 84912, 150080, 335712];

    /// <summary>
    /// Success against size: bands, a dashed control, crosses, a rule, two panels.
    /// </summary>
    public static Figure BySize =>
        new(
            "by-size",
            "Attack success against model size",
            [Task("PasswordMatch", 0.1), Task("WordLength", 0)]
        )
        {
            Description = "Success of two attacks on each size that learned the task.",
            SpreadLabel = "smallest to largest of 2 seeds",
            AbsentLabel = "has not learned the task",
        };

    /// <summary>Success against compute on the log-logit plane, one line for each size.</summary>
    public static Figure ByCompute =>
        new(
            "by-compute",
            "Attack success against attack compute",
            [
                new(
                    "WordLength",
                    new("Attack compute", "share of pretraining", AxisScale.Compute),
                    new("Attack success rate", "", AxisScale.Logit10),
                    [.. s_sizes.Select(Curve)]
                ),
            ]
        )
        {
            Description = "Success rises with compute at every size.",
            PanelWidth = 640,
            PanelHeight = 400,
        };

    /// <summary>Attack compute against defence compute with proportional guides and bars.</summary>
    public static Figure Balance =>
        new(
            "balance",
            "Compute to reach 5 % success against compute spent on defence",
            [
                new(
                    "",
                    new("Defence compute", "share of pretraining", AxisScale.Compute),
                    new("Attack compute", "share of pretraining, one row", AxisScale.Compute),
                    [
                        new(
                            "410m",
                            SeriesColour.Size(1, 2),
                            [
                                new(8e-5, 4.6e-7, 3e-7, 6e-7),
                                new(2e-3, 3.4e-6, 2e-6, 5e-6),
                                new(6.8e-3, 2.9e-6, 2e-6, 4e-6),
                            ]
                        )
                        {
                            Spread = SeriesSpread.Bars,
                        },
                    ]
                )
                {
                    ProportionalGuides = true,
                },
            ]
        );

    /// <summary>No point has a place on its axes.</summary>
    public static Figure Empty =>
        new(
            "empty",
            "Nothing",
            [
                new(
                    "all zero",
                    new("Parameters", "", AxisScale.Log10),
                    new("Success", "", AxisScale.Logit10),
                    [new("zero", SeriesColour.Category(0), [new(1000, 0), new(0, 0.5)])]
                ),
            ]
        );

    private static FigurePanel Task(string name, double lift) =>
        new(
            name,
            new("Non-embedding parameters", "", AxisScale.Log10)
            {
                Ticks = [.. s_sizes.Select(n => new AxisTick(n, Size(n)))],
            },
            FigureAxis.Rate("Attack success rate"),
            [
                new(
                    "GCG, iteration 10",
                    SeriesColour.Category(0),
                    [.. s_sizes[2..].Select((n, i) => Point(n, 0.5 - 0.1 * i + lift))]
                ),
                new(
                    "RandomToken, iteration 100",
                    SeriesColour.Category(1),
                    [.. s_sizes[2..].Select((n, i) => Point(n, 0.08 + 0.02 * i))]
                )
                {
                    Marker = SeriesMarker.Square,
                },
                new(
                    "control",
                    SeriesColour.Muted,
                    [.. s_sizes[2..].Select(n => new FigurePoint(n, 0.3))]
                )
                {
                    Dashed = true,
                    Marker = SeriesMarker.None,
                },
            ]
        )
        {
            Absent = s_sizes[..2],
            Rules = [new(0.9, "learned: 0.9")],
        };

    private static FigurePoint Point(double n, double y) => new(n, y, y - 0.05, y + 0.07, 2);

    private static FigureSeries Curve(double size, int rank) =>
        new(
            Size(size),
            SeriesColour.Size(rank, s_sizes.Length),
            [
                .. Enumerable
                    .Range(1, 10)
                    .Select(i => new FigurePoint(i * 3e-5, 0.01 + 0.05 * i / (1 + rank))),
            ]
        )
        {
            Marker = SeriesMarker.None,
        };

    private static string Size(double parameters) => $"{Math.Round(parameters / 1000)}k";
}

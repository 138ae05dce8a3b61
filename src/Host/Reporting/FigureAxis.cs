namespace Robustness.Reporting;

/// <summary>How a value becomes a place on an axis.</summary>
public enum AxisScale
{
    /// <summary>Evenly.</summary>
    Linear,

    /// <summary>log10, labelled 1k, 20M: counts such as parameters.</summary>
    Log10,

    /// <summary>log10, labelled with powers of ten: compute and fractions of it.</summary>
    Compute,

    /// <summary>log10(p / (1 - p)): rates between 0 and 1.</summary>
    Logit10,
}

/// <summary>An axis: what it measures, in what unit, on what scale.</summary>
/// <param name="Label">The quantity.</param>
/// <param name="Unit">Its unit, in brackets after the label; empty for pure numbers.</param>
/// <param name="Scale">The scale.</param>
public sealed record FigureAxis(string Label, string Unit, AxisScale Scale)
{
    /// <summary>Smallest value shown; null lets the data decide.</summary>
    public double? Minimum { get; init; }

    /// <summary>Largest value shown; null lets the data decide.</summary>
    public double? Maximum { get; init; }

    /// <summary>
    /// Ticks to use in place of the scale's own, for instance the sizes of a ladder.
    /// </summary>
    public IReadOnlyList<AxisTick> Ticks { get; init; } = [];

    /// <summary>A rate on a linear axis from 0 to 1.</summary>
    public static FigureAxis Rate(string label) =>
        new(label, "", AxisScale.Linear) { Minimum = 0, Maximum = 1 };

    internal string Caption => Unit.Length == 0 ? Label : $"{Label} ({Unit})";
}

/// <summary>A mark on an axis.</summary>
/// <param name="Value">Where, in the axis's own unit (not transformed).</param>
/// <param name="Label">What is written there.</param>
public readonly record struct AxisTick(double Value, string Label);

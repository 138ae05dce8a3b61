using System.Globalization;

namespace Robustness.Reporting;

/// <summary>Where values lie on an axis, and which of them carry a tick.</summary>
internal static class AxisScaling
{
    private static readonly double[] s_logitTicks =
    [
        0.0001,
        0.001,
        0.01,
        0.05,
        0.1,
        0.25,
        0.5,
        0.75,
        0.9,
        0.95,
        0.99,
        0.999,
        0.9999,
    ];

    /// <summary>The place of a value; not finite where the scale has no place for it.</summary>
    public static double Place(AxisScale scale, double value) =>
        scale switch
        {
            AxisScale.Linear => value,
            AxisScale.Logit10 => value is > 0 and < 1
                ? Math.Log10(value / (1 - value))
                : double.NaN,
            _ => value > 0 ? Math.Log10(value) : double.NaN,
        };

    /// <summary>The ticks of an axis between two places.</summary>
    public static IReadOnlyList<AxisTick> Ticks(FigureAxis axis, double low, double high)
    {
        IEnumerable<AxisTick> ticks =
            axis.Ticks.Count > 0
                ? axis.Ticks
                : axis.Scale switch
                {
                    AxisScale.Linear => LinearTicks(low, high),
                    AxisScale.Logit10 => s_logitTicks.Select(p => new AxisTick(p, Plain(p))),
                    AxisScale.Log10 => DecadeTicks(low, high, Compact),
                    _ => DecadeTicks(low, high, PowerOfTen),
                };
        double slack = 1e-9 * (high - low);
        return
        [
            .. ticks.Where(t =>
                Place(axis.Scale, t.Value) >= low - slack
                && Place(axis.Scale, t.Value) <= high + slack
            ),
        ];
    }

    /// <summary>1234 as 1.23k, 5e6 as 5M; three digits.</summary>
    public static string Compact(double value)
    {
        (double Unit, string Suffix)[] units = [(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")];
        foreach ((double unit, string suffix) in units)
        {
            if (value >= 0.9995 * unit)
            {
                return (value / unit).ToString("G3", CultureInfo.InvariantCulture) + suffix;
            }
        }
        return value.ToString("G3", CultureInfo.InvariantCulture);
    }

    /// <summary>1e-6 as 10⁻⁶, 2e-6 as 2·10⁻⁶.</summary>
    public static string PowerOfTen(double value)
    {
        int exponent = (int)Math.Floor(Math.Log10(value) + 1e-9);
        double factor = value / Math.Pow(10, exponent);
        string power = "10" + string.Concat(Plain(exponent).Select(Superscript));
        return Math.Abs(factor - 1) < 1e-6
            ? power
            : factor.ToString("G2", CultureInfo.InvariantCulture) + "·" + power;
    }

    private static IEnumerable<AxisTick> LinearTicks(double low, double high)
    {
        double rough = (high - low) / 5;
        double unit = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step =
            unit
            * (rough / unit) switch
            {
                <= 1.01 => 1,
                <= 2.01 => 2,
                <= 5.01 => 5,
                _ => 10,
            };
        for (double k = Math.Ceiling(low / step - 1e-9); k * step <= high + 1e-9 * step; k++)
        {
            yield return new AxisTick(k * step, Plain(k * step));
        }
    }

    private static IEnumerable<AxisTick> DecadeTicks(
        double low,
        double high,
        Func<double, string> label
    )
    {
        double[] factors = (high - low) switch
        {
            < 1.2 => [1, 2, 5],
            < 2.2 => [1, 3],
            _ => [1],
        };
        int stride = Math.Max(1, (int)Math.Ceiling((high - low) / 7));
        for (int decade = (int)Math.Floor(low); decade <= Math.Ceiling(high); decade++)
        {
            if (decade % stride != 0)
            {
                continue;
            }
            foreach (double factor in factors)
            {
                double value = factor * Math.Pow(10, decade);
                yield return new AxisTick(value, label(value));
            }
        }
    }

    private static string Plain(double value) =>
        (Math.Round(value, 10) + 0.0).ToString("0.##########", CultureInfo.InvariantCulture);

    private static char Superscript(char c) => c == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c - '0'];
}

namespace Robustness.Analysis;

/// <summary>
/// Ordinary least squares of y = intercept + slope·x. What the data cannot give is null: nothing
/// where all x are equal, R² where all y are equal (the slope is then 0), errors below 3 points.
/// </summary>
/// <param name="Slope">Change of y for one unit of x.</param>
/// <param name="Intercept">y at x = 0.</param>
/// <param name="R2">1 - residual sum / total sum of squares.</param>
/// <param name="Count">Points.</param>
public sealed record ScalingFit(double? Slope, double? Intercept, double? R2, int Count)
{
    /// <summary>Standard error of the slope under independent errors of equal variance.</summary>
    public double? SlopeError { get; init; }

    /// <summary>Standard error of the intercept, under the same assumption.</summary>
    public double? InterceptError { get; init; }

    /// <summary>Sum of squared residuals.</summary>
    public double? ResidualSum { get; init; }

    /// <summary>Sum of squares of y about its mean.</summary>
    public double? TotalSum { get; init; }

    /// <summary>A fit that has too few points: its count and nothing else.</summary>
    public static ScalingFit None(int count) => new(null, null, null, count);

    /// <summary>Fits the line.</summary>
    /// <param name="x">Finite values.</param>
    /// <param name="y">As many finite values.</param>
    /// <param name="minimumCount">Below this many points the fit is empty.</param>
    public static ScalingFit Of(
        ReadOnlySpan<double> x,
        ReadOnlySpan<double> y,
        int minimumCount = 2
    )
    {
        if (x.Length != y.Length)
        {
            throw new ArgumentException($"A fit needs pairs: {x.Length} x and {y.Length} y.");
        }
        int n = x.Length;
        if (n < Math.Max(1, minimumCount) || AllEqual(x))
        {
            return None(n);
        }
        double meanX = Mean(x);
        double meanY = Mean(y);
        double sxx = 0;
        double sxy = 0;
        double total = 0;
        for (int i = 0; i < n; i++)
        {
            double dx = x[i] - meanX;
            double dy = y[i] - meanY;
            sxx += dx * dx;
            sxy += dx * dy;
            total += dy * dy;
        }
        if (AllEqual(y))
        {
            return new(0, y[0], null, n) { ResidualSum = 0, TotalSum = 0 };
        }
        double slope = sxy / sxx;
        double intercept = meanY - slope * meanX;
        double residual = 0;
        for (int i = 0; i < n; i++)
        {
            double error = y[i] - meanY - slope * (x[i] - meanX);
            residual += error * error;
        }
        double? variance = n > 2 ? residual / (n - 2) : null;
        return new(slope, intercept, 1 - residual / total, n)
        {
            SlopeError = variance is { } v ? Math.Sqrt(v / sxx) : null,
            InterceptError = variance is { } w
                ? Math.Sqrt(w * (1.0 / n + meanX * meanX / sxx))
                : null,
            ResidualSum = residual,
            TotalSum = total,
        };
    }

    private static double Mean(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
        {
            sum += value;
        }
        return sum / values.Length;
    }

    private static bool AllEqual(ReadOnlySpan<double> values) =>
        !values.ContainsAnyExcept(values[0]);
}

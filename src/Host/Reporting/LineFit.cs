namespace Robustness.Reporting;

/// <summary>Ordinary least squares of y on x.</summary>
/// <param name="Slope">Slope; 0 when all y are equal.</param>
/// <param name="Intercept">Intercept.</param>
/// <param name="RSquared">Share of variance explained; null when all y are equal.</param>
/// <param name="Count">Points.</param>
internal readonly record struct LineFit(double Slope, double Intercept, double? RSquared, int Count)
{
    /// <summary>The fit; null for fewer than two points or when all x are equal.</summary>
    public static LineFit? Of(IReadOnlyList<(double X, double Y)> points)
    {
        if (points.Count < 2 || points.All(p => p.X == points[0].X))
        {
            return null;
        }
        if (points.All(p => p.Y == points[0].Y))
        {
            return new(0, points[0].Y, null, points.Count);
        }
        double x = points.Average(p => p.X);
        double y = points.Average(p => p.Y);
        double xx = points.Sum(p => (p.X - x) * (p.X - x));
        double xy = points.Sum(p => (p.X - x) * (p.Y - y));
        double yy = points.Sum(p => (p.Y - y) * (p.Y - y));
        return new(xy / xx, y - xy / xx * x, xy * xy / (xx * yy), points.Count);
    }

    /// <summary>The line's y at x.</summary>
    public double At(double x) => Intercept + Slope * x;
}

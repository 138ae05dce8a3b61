using MathNet.Numerics;

namespace Robustness.Analysis;

/// <summary>
/// Two least-squares models of the same points, the smaller contained in the larger: does the
/// larger explain more than chance would? F test and Akaike's criterion (Gaussian errors).
/// </summary>
/// <param name="FStatistic">((SSRs - SSRl) / (kl - ks)) / (SSRl / (n - kl)).</param>
/// <param name="PValue">Probability of so large an F if the smaller model is true.</param>
/// <param name="AicSmaller">n·ln(SSR / n) + 2·(k + 1) of the smaller model.</param>
/// <param name="AicLarger">The same of the larger; the lower criterion is preferred.</param>
public sealed record NestedModels(
    double? FStatistic,
    double? PValue,
    double? AicSmaller,
    double? AicLarger
)
{
    /// <summary>Nothing can be said.</summary>
    public static NestedModels Unknown { get; } = new(null, null, null, null);

    /// <summary>Compares by residual sums of squares and numbers of coefficients.</summary>
    public static NestedModels Compare(
        int count,
        double smallerSum,
        int smallerTerms,
        double largerSum,
        int largerTerms
    )
    {
        if (largerTerms <= smallerTerms)
        {
            throw new ArgumentException(
                $"The larger model has {largerTerms} terms, the smaller {smallerTerms}."
            );
        }
        int freedom = count - largerTerms;
        int added = largerTerms - smallerTerms;
        double? f =
            freedom > 0 && largerSum > 0
                ? Math.Max(0, smallerSum - largerSum) / added / (largerSum / freedom)
                : null;
        return new(
            f,
            f is { } value ? UpperTail(value, added, freedom) : null,
            Aic(count, smallerSum, smallerTerms),
            Aic(count, largerSum, largerTerms)
        );
    }

    /// <summary>A line against a constant: does x matter at all?</summary>
    public static NestedModels LineAgainstConstant(ScalingFit fit)
    {
        ArgumentNullException.ThrowIfNull(fit);
        return fit is { ResidualSum: { } residual, TotalSum: { } total }
            ? Compare(fit.Count, total, 1, residual, 2)
            : Unknown;
    }

    /// <summary>P(F > f) with the given degrees of freedom, accurate in the far tail.</summary>
    public static double UpperTail(double f, int numerator, int denominator) =>
        SpecialFunctions.BetaRegularized(
            denominator / 2.0,
            numerator / 2.0,
            denominator / (denominator + numerator * f)
        );

    private static double? Aic(int count, double sum, int terms) =>
        sum > 0 && count > 0 ? count * Math.Log(sum / count) + 2 * (terms + 1) : null;
}

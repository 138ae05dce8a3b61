namespace Robustness.Study;

/// <summary>Which rounds of adversarial training are evaluated; round 0 always is.</summary>
/// <param name="Listed">Rounds by number, or null.</param>
/// <param name="GeometricCount">
/// That many from the first to the last, growing by equal factors; ten of them are the paper's
/// lists (4.1). Null: all rounds, unless they are listed.
/// </param>
public sealed record EvaluatedRounds(IReadOnlyList<int>? Listed, int? GeometricCount)
{
    /// <summary>Points of the paper's lists.</summary>
    public const int PaperCount = 10;

    /// <summary>Every round.</summary>
    public static EvaluatedRounds All { get; } = new(null, null);

    /// <summary>The rounds of a training with that many, ascending, 0 first.</summary>
    public IReadOnlyList<int> Of(int roundCount)
    {
        var rounds =
            Listed?.Where(r => r <= roundCount)
            ?? (
                GeometricCount is { } points
                    ? Geometric(roundCount, points)
                    : Enumerable.Range(1, roundCount)
            );
        return [.. rounds.Append(0).Distinct().Order()];
    }

    // Whole parts of R^(i / (points - 1)), each at least one above the one before.
    private static IEnumerable<int> Geometric(int roundCount, int points)
    {
        int previous = 0;
        for (int i = 0; i < points && previous < roundCount; i++)
        {
            double exponent = points == 1 ? 1 : i / (points - 1.0);
            int whole = (int)(Math.Pow(roundCount, exponent) + 1e-9);
            previous = Math.Min(roundCount, Math.Max(previous + 1, whole));
            yield return previous;
        }
    }
}

namespace Robustness.Reporting;

/// <summary>
/// Whether an attack's curve at one size measures search or surprise. A classifier that breaks on
/// any text breaks at the first iteration; search shows as a low start and an end clearly above
/// what random strings reach.
/// </summary>
/// <param name="Size">The size, its learned seeds pooled.</param>
/// <param name="Seeds">How many seeds are pooled.</param>
/// <param name="First">Share of attacked rows broken at iteration 1.</param>
/// <param name="Last">Share broken at the last iteration.</param>
/// <param name="LastIteration">That iteration.</param>
/// <param name="Random">Share the random attack broke at its last iteration, if it ran.</param>
/// <param name="RandomIteration">That iteration.</param>
internal sealed record SearchVerdict(
    string Size,
    int Seeds,
    Share First,
    Share Last,
    int LastIteration,
    Share? Random,
    int RandomIteration
)
{
    /// <summary>Largest success at iteration 1 that still counts as low.</summary>
    public const double LowStart = 0.15;

    /// <summary>How much the last iteration must exceed the random attack.</summary>
    public const double Margin = 0.10;

    /// <summary>Success at iteration 1 is low.</summary>
    public bool StartsLow => First.Value <= LowStart;

    /// <summary>Success at the end is clearly above the random attack's.</summary>
    public bool BeatsRandom => Random is { } random && Last.Value - random.Value >= Margin;

    /// <summary>Both: the curve measures search.</summary>
    public bool MeasuresSearch => StartsLow && BeatsRandom;

    /// <summary>
    /// The verdict at one size; null if the attack did not run on a learned seed.
    /// </summary>
    public static SearchVerdict? Of(
        StudyReportData data,
        LearnedSizes learned,
        string task,
        string size,
        string attack
    )
    {
        AttackCurve[] here =
        [
            .. data.Curves.Where(c =>
                c.Victim.Task == task
                && c.Victim.Size == size
                && c.Points.Count > 0
                && learned.Contains(c.Victim)
            ),
        ];
        AttackCurve[] search = [.. here.Where(c => c.Attack == attack)];
        AttackCurve[] random = [.. here.Where(c => c.Role == AttackRole.Random)];
        return search.Length == 0
            ? null
            : new SearchVerdict(
                size,
                search.Length,
                Pooled(search, c => c.First!),
                Pooled(search, c => c.Last!),
                search[0].Last!.Iteration,
                random.Length == 0 ? null : Pooled(random, c => c.Last!),
                random.Length == 0 ? 0 : random[0].Last!.Iteration
            );
    }

    /// <summary>The verdict in one sentence.</summary>
    public string Sentence(string attack)
    {
        string numbers =
            $"At {Size} ({ReportText.Count(Seeds, "seed")}), {attack} broke "
            + $"{ReportText.WithInterval(First)} at iteration 1 and "
            + $"{ReportText.WithInterval(Last)} at iteration {LastIteration}; ";
        string random = Random is { } share
            ? $"random strings broke {ReportText.WithInterval(share)} within {RandomIteration} "
                + "draws. "
            : "no random attack ran beside it. ";
        return numbers + random + Judgement();
    }

    private string Judgement()
    {
        if (MeasuresSearch)
        {
            return "The curve measures search.";
        }
        if (Random is null)
        {
            return "Without a random attack it cannot be said whether the curve measures search.";
        }
        string[] reasons =
        [
            .. StartsLow
                ? Array.Empty<string>()
                : [$"success at iteration 1 is above {ReportText.Rate(LowStart)}"],
            .. BeatsRandom
                ? Array.Empty<string>()
                : [$"the end is less than {ReportText.Rate(Margin)} above random strings"],
        ];
        return $"Read it as a mix of search and surprise: {ReportText.List(reasons)}.";
    }

    private static Share Pooled(
        IEnumerable<AttackCurve> curves,
        Func<AttackCurve, CurvePoint> point
    ) => curves.Select(c => c.At(point(c))).Aggregate((a, b) => a + b);
}

namespace Robustness.Analysis;

/// <summary>The cost of one round of adversarial training at one size.</summary>
/// <param name="Runs">Rows it is the mean of.</param>
/// <param name="MeanFlops">Attack and training FLOPs of all rounds so far.</param>
/// <param name="Fraction">The same as a fraction of pretraining; null if that is unknown.</param>
public readonly record struct RoundCost(int Runs, double MeanFlops, double? Fraction);

/// <summary>What defence cost, by size and round, and which rounds cost a wanted amount.</summary>
public sealed class DefenseScaling
{
    private readonly Dictionary<(long Parameters, int Round), RoundCost> _costs;
    private readonly Dictionary<long, string> _labels;

    private DefenseScaling(
        Dictionary<(long Parameters, int Round), RoundCost> costs,
        Dictionary<long, string> labels
    )
    {
        _costs = costs;
        _labels = labels;
    }

    /// <summary>All costs by (N, round), ascending.</summary>
    public IEnumerable<((long Parameters, int Round) Key, RoundCost Cost)> Costs =>
        _costs.OrderBy(c => c.Key).Select(c => (c.Key, c.Value));

    /// <summary>
    /// Averages training rows over (size, round); rows without a total do not count.
    /// </summary>
    public static DefenseScaling Of(IEnumerable<TrainingRow> rows)
    {
        TrainingRow[] totals = [.. rows.Where(r => r.TotalFlops is not null)];
        return new(
            totals.GroupBy(r => (r.Parameters, r.Round)).ToDictionary(g => g.Key, Average),
            totals.DistinctBy(r => r.Parameters).ToDictionary(r => r.Parameters, r => r.ModelSize)
        );
    }

    /// <summary>Label of a size that has costs.</summary>
    public string Label(long parameters) => _labels[parameters];

    /// <summary>The cost of a round; null without rows.</summary>
    public RoundCost? Cost(long parameters, int round) =>
        _costs.TryGetValue((parameters, round), out RoundCost cost) ? cost : null;

    /// <summary>
    /// Defence fraction of a round: 0 at round 0, which is the fine-tuned model whatever its
    /// training rows say; null if unknown.
    /// </summary>
    public double? Fraction(long parameters, int round) =>
        round == 0 ? 0 : Cost(parameters, round)?.Fraction;

    /// <summary>
    /// For each size in ascending order the evaluated round whose cost is nearest to a fraction of
    /// pretraining: at least 1, ties to the smaller, never above the choice of the size before.
    /// </summary>
    /// <param name="evaluated">N and its evaluated rounds, ascending by N.</param>
    /// <param name="target">Wanted fraction of pretraining compute.</param>
    /// <returns>The choice by N; sizes without a priced round are absent.</returns>
    public IReadOnlyDictionary<long, int> NearestRounds(
        IEnumerable<(long Parameters, IReadOnlyCollection<int> Rounds)> evaluated,
        double target
    )
    {
        ArgumentNullException.ThrowIfNull(evaluated);
        var choices = new SortedDictionary<long, int>();
        int cap = int.MaxValue;
        foreach ((long parameters, IReadOnlyCollection<int> rounds) in evaluated)
        {
            (int Round, double Distance)[] priced =
            [
                .. rounds
                    .Where(r => r >= 1 && Cost(parameters, r)?.Fraction is not null)
                    .Distinct()
                    .Order()
                    .Select(r =>
                        (r, Math.Abs(Cost(parameters, r)!.Value.Fraction!.Value - target))
                    ),
            ];
            if (priced.Length == 0 || priced[0].Round > cap)
            {
                continue;
            }
            int nearest = priced.MinBy(p => p.Distance).Round;
            if (nearest > cap)
            {
                nearest = rounds.Contains(cap)
                    ? cap
                    : priced.Where(p => p.Round <= cap).MinBy(p => p.Distance).Round;
            }
            cap = nearest;
            choices.Add(parameters, nearest);
        }
        return choices;
    }

    private static RoundCost Average(IEnumerable<TrainingRow> rows)
    {
        SampleSummary total = SampleSummary.Of(rows.Select(r => r.TotalFlops!.Value))!.Value;
        double? pretraining = rows.Select(r => r.PretrainingFlops)
            .FirstOrDefault(p => p is not null);
        return new RoundCost(total.Count, total.Mean, total.Mean / pretraining);
    }
}

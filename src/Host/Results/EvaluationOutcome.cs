using Robustness.Attacks;

namespace Robustness.Results;

/// <summary>
/// What an evaluation found. <see cref="Examples"/> are the rows up to the last attacked one:
/// every row of them that was right was attacked, so that success rate = broken / right.
/// <see cref="HeldOut"/> are all rows that were scored.
/// </summary>
public sealed record EvaluationOutcome
{
    /// <summary>Rows whose right ones were attacked.</summary>
    public required AccuracySummary Examples { get; init; }

    /// <summary>All rows scored, attacked or not.</summary>
    public required AccuracySummary HeldOut { get; init; }

    /// <summary>Rows that are still right under the last recorded string.</summary>
    public required int CorrectPostAttackCount { get; init; }

    /// <summary>Rows that are wrong under the last recorded string.</summary>
    public required int IncorrectPostAttackCount { get; init; }

    /// <summary>Iteration 0 to the last.</summary>
    public required IReadOnlyList<IterationSummary> Iterations { get; init; }

    /// <summary>[classes] attacked rows of each true class.</summary>
    public required IReadOnlyList<int> AttackedByClass { get; init; }

    /// <summary>[classes] of those, broken under the last recorded string.</summary>
    public required IReadOnlyList<int> BrokenByClass { get; init; }

    /// <summary>Summed over attacked rows and iterations.</summary>
    public required FlopCounts AttackFlops { get; init; }

    /// <summary>Caches and the like, outside the iterations.</summary>
    public required FlopCounts SetupFlops { get; init; }

    /// <summary>Summarises the traces of an attack.</summary>
    public static EvaluationOutcome Summarise(
        AccuracySummary examples,
        AccuracySummary heldOut,
        IReadOnlyList<AttackTrace> traces,
        int classCount
    )
    {
        ArgumentNullException.ThrowIfNull(traces);
        var broken = traces.Where(t => t.Iterations.Count > 0 && t.Iterations[^1].Success);
        var attackFlops = default(FlopCounts);
        var setupFlops = default(FlopCounts);
        foreach (var trace in traces)
        {
            setupFlops += trace.SetupFlops;
            attackFlops = trace.Iterations.Aggregate(attackFlops, (sum, i) => sum + i.Flops);
        }
        return new EvaluationOutcome
        {
            Examples = examples,
            HeldOut = heldOut,
            CorrectPostAttackCount = traces.Count - broken.Count(),
            IncorrectPostAttackCount = broken.Count(),
            Iterations = IterationStatistics.Compute(traces),
            AttackedByClass = ByClass(traces, classCount),
            BrokenByClass = ByClass(broken, classCount),
            AttackFlops = attackFlops,
            SetupFlops = setupFlops,
        };
    }

    private static int[] ByClass(IEnumerable<AttackTrace> traces, int classCount)
    {
        int[] counts = new int[classCount];
        foreach (var trace in traces)
        {
            counts[trace.Label]++;
        }
        return counts;
    }
}

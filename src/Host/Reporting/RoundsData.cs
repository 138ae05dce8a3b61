using Robustness.Analysis;

namespace Robustness.Reporting;

/// <summary>
/// What a study says of adversarial training: its two tables, analysed under both rules of
/// compute, and the attacked rows that the tables only count.
/// </summary>
/// <param name="Published">The tables with compute by the published rule.</param>
/// <param name="Executed">The tables with compute as executed.</param>
/// <param name="Evaluations">Every evaluation of a round, round 0 included.</param>
/// <param name="Target">Success rate that offence has to reach, in (0, 1).</param>
public sealed record RoundsData(
    PaperTables Published,
    PaperTables Executed,
    IReadOnlyList<RoundEvaluation> Evaluations,
    double Target
)
{
    /// <summary>Sizes of the study in order, by the label they have in its tables.</summary>
    public IReadOnlyList<string> Ladder { get; init; } = [];

    /// <summary>Clean accuracy from which a classifier counts as having learned.</summary>
    public double LearnedAccuracy { get; init; } = 0.9;

    /// <summary>
    /// Median clean accuracy over the seeds of a size at a round; null without evaluations.
    /// </summary>
    internal double? Accuracy(string group, long parameters, int round) =>
        SampleSummary.MedianOf(
            Evaluations
                .Where(e => (e.Group, e.Parameters, e.Round) == (group, parameters, round))
                .Select(e => e.Clean.Value)
        );

    /// <summary>Whether a size had learned the task before adversarial training.</summary>
    internal bool HadLearned(string group, long parameters) =>
        !(Accuracy(group, parameters, 0) < LearnedAccuracy);

    /// <summary>
    /// Evaluations of one size; of a size that had learned the task, only those of the seeds that
    /// had: what never had the task is broken by any text.
    /// </summary>
    internal IEnumerable<RoundEvaluation> OfSize(string group, long parameters) =>
        Evaluations.Where(e =>
            (e.Group, e.Parameters) == (group, parameters)
            && (!HadLearned(group, parameters) || HadLearned(group, parameters, e.Seed))
        );

    /// <summary>The tables without the sizes and seeds that had not learned the task.</summary>
    internal PaperTables LearnedOnly(PaperTables tables) =>
        tables.Without(row =>
            !HadLearned(row.Group, row.Parameters)
            || !HadLearned(row.Group, row.Parameters, row.Seed)
        );

    /// <summary>
    /// Why nothing is said of a size: it had not learned the task before adversarial training;
    /// null if it had.
    /// </summary>
    internal string? NotLearned(ResultGroup group, LadderSize size) =>
        !HadLearned(group.Name, size.Parameters)
        && Accuracy(group.Name, size.Parameters, 0) is { } accuracy
            ? $"{size.Label} had not learned {PaperNames.Task(group.Task)} before adversarial "
                + $"training (median clean accuracy {ReportText.Rate(accuracy)}), so nothing is "
                + "said of it."
            : null;

    private bool HadLearned(string group, long parameters, int seed) =>
        Evaluations
            .Where(e => (e.Group, e.Parameters, e.Seed, e.Round) == (group, parameters, seed, 0))
            .All(e => e.Clean.Value >= LearnedAccuracy);
}

/// <summary>One attack on one round of one adversarially trained model.</summary>
/// <param name="Group">Its label in the tables.</param>
/// <param name="Parameters">N of the classifier.</param>
/// <param name="Role">Search or random.</param>
/// <param name="Seed">Seed of the model.</param>
/// <param name="Round">Round; 0 = fine-tuned.</param>
/// <param name="Clean">Right answers on held-out rows.</param>
/// <param name="RandomInsertion">The same with one random insertion; null: not scored.</param>
/// <param name="Rows">Every attacked row.</param>
public sealed record RoundEvaluation(
    string Group,
    long Parameters,
    AttackRole Role,
    int Seed,
    int Round,
    Share Clean,
    Share? RandomInsertion,
    IReadOnlyList<AttackedRow> Rows
)
{
    internal Share Broken => new(Rows.Count(r => r.IsBroken), Rows.Count);
}

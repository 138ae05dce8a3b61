using Robustness.Analysis;
using Robustness.Reporting;
using Robustness.Tests.Analysis;

namespace Robustness.Tests.Reporting;

/// <summary>
/// A made-up study with adversarial training on GCG: three sizes, two seeds, rounds 0 to 3,
/// attacked by GCG at the trained place and before the prompt and by random strings, and a
/// control arm. No number was measured.
/// </summary>
internal sealed record SampleRounds
{
    private const int RowCount = 40;
    private const int IterationCount = 10;
    private const string Task = "wl";

    /// <summary>Share of rows that GCG breaks at its end, by round.</summary>
    public double[] Search { get; init; } = [0.8, 0.5, 0.3, 0.1];

    /// <summary>Share of rows that random strings break, by round.</summary>
    public double[] Random { get; init; } = [0.05, 0.05, 0.05, 0.05];

    /// <summary>Share of rows that GCG breaks in the control arm; null for no control.</summary>
    public double[]? Control { get; init; } = [0.8, 0.75, 0.7, 0.7];

    /// <summary>Clean accuracy, by round.</summary>
    public double[] Accuracy { get; init; } = [0.95, 0.95, 0.95, 0.95];

    /// <summary>Target rate.</summary>
    public double Target { get; init; } = 0.05;

    /// <summary>The data, its tables read from a folder that is gone afterwards.</summary>
    public RoundsData Build()
    {
        string evaluations =
            StudyTables.EvaluationColumns
            + Table("gcg", "gcg", "suffix", Search)
            + Table("gcg", "gcg", "prefix", Search)
            + Table("random_token", "gcg", "suffix", Random);
        string trainings = StudyTables.TrainingColumns + StudyTables.Trainings(Task, "gcg");
        if (Control is not null)
        {
            evaluations += Table("gcg", "gcg-control", "suffix", Control);
            trainings += StudyTables.Trainings(Task, "gcg-control");
        }
        using var folder = new ResultsFolder()
            .Add("tables", "evaluations.csv", evaluations)
            .Add("tables", "training.csv", trainings);
        return new(
            Tables(folder, FlopRule.Paper),
            Tables(folder, FlopRule.Executed),
            [
                .. Models("gcg", "gcg", "suffix", AttackRole.Search, Search),
                .. Models("gcg", "gcg", "prefix", AttackRole.Search, Search),
                .. Models("gcg", "random_token", "suffix", AttackRole.Random, Random),
                .. Control is null
                    ? []
                    : Models("gcg-control", "gcg", "suffix", AttackRole.Search, Control),
            ],
            Target
        );
    }

    /// <summary>The table that counts the very rows of <see cref="Models"/>.</summary>
    private static string Table(string attack, string trained, string position, double[] rates) =>
        StudyTables.Evaluations(
            Task,
            attack,
            trained,
            position,
            (_, round, seed, iteration) =>
                iteration == 0
                    ? 0
                    : Enumerable
                        .Range(0, RowCount)
                        .Average(id => Row(id, seed, rates[round]).Broken[iteration - 1] ? 1.0 : 0)
        );

    private PaperTables Tables(ResultsFolder folder, FlopRule flops) =>
        new(
            PaperResults.Read(
                folder.Path,
                PaperConvention.Corrected,
                new TableReading { Flops = flops, OwnCounts = true }
            ),
            [Target]
        );

    private IEnumerable<RoundEvaluation> Models(
        string trained,
        string attack,
        string position,
        AttackRole role,
        double[] rates
    ) =>
        from size in StudyTables.Sizes
        from seed in Enumerable.Range(0, 2)
        from round in Enumerable.Range(0, rates.Length)
        select new RoundEvaluation(
            $"ladder_{Task}_{trained}_{attack}_{position}",
            size.Parameters,
            role,
            seed,
            round,
            new Share((int)Math.Round(100 * Accuracy[round]), 100),
            new Share(80 + 4 * round, 100),
            [.. Enumerable.Range(0, RowCount).Select(id => Row(id, seed, rates[round]))]
        );

    /// <summary>The first rows break, the easiest of them first, and later at low rates.</summary>
    private static AttackedRow Row(int id, int seed, double rate)
    {
        bool breaks = id + seed < rate * RowCount;
        int first = 1 + (int)((IterationCount - 1) * id / (rate * RowCount));
        return new(id, [.. Enumerable.Range(1, IterationCount).Select(i => breaks && i >= first)]);
    }
}

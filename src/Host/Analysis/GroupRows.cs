using System.Globalization;

namespace Robustness.Analysis;

/// <summary>
/// The rows of one evaluation group with its ladder of sizes, and the rows that remain when of
/// several runs of one model only the most recently created counts.
/// </summary>
public sealed class GroupRows
{
    private readonly Dictionary<long, int> _places;

    /// <summary>Orders the sizes and finds the latest runs.</summary>
    public GroupRows(ResultGroup group, IReadOnlyList<EvaluationRow> rows)
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(rows);
        Group = group;
        All = rows;
        Sizes =
        [
            .. rows.GroupBy(r => r.Parameters)
                .OrderBy(g => g.Key)
                .Select(g => new LadderSize(
                    g.First().ModelSize,
                    g.Key,
                    g.Select(r => r.PretrainingFlops).FirstOrDefault(p => p is not null)
                )),
        ];
        _places = Sizes.Index().ToDictionary(s => s.Item.Parameters, s => s.Index);
        Runs =
        [
            .. rows.GroupBy(r => (r.Parameters, r.Seed, r.Round))
                .OrderBy(g => g.Key)
                .Select(g => Latest(g)),
        ];
    }

    /// <summary>The group.</summary>
    public ResultGroup Group { get; }

    /// <summary>Every row.</summary>
    public IReadOnlyList<EvaluationRow> All { get; }

    /// <summary>Its sizes in ascending order of parameters.</summary>
    public IReadOnlyList<LadderSize> Sizes { get; }

    /// <summary>For each (size, seed, round) the latest run's rows by iteration.</summary>
    public IReadOnlyList<EvaluationRow[]> Runs { get; }

    /// <summary>Index of a row's size in the ladder.</summary>
    public int Place(EvaluationRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return _places[row.Parameters];
    }

    /// <summary>A row as a point of attack scaling, with the group's factor for 12b.</summary>
    public AttackPoint Point(EvaluationRow row, PaperConvention convention)
    {
        ArgumentNullException.ThrowIfNull(row);
        bool raised =
            convention == PaperConvention.Paper && row.Parameters == PublishedSizes.LargestPythia;
        return new(
            Place(row),
            row.Seed,
            row.Iteration,
            row.AttackSuccessRate,
            row.FlopsPerIteration * (raised ? Group.LargestPythiaFactor : 1)
        );
    }

    /// <summary>Runs that store every iteration from 0 (or 1) on, as attacked models.</summary>
    public IEnumerable<AttackedModel> CompleteRuns()
    {
        foreach (EvaluationRow[] run in Runs)
        {
            int first = run[0].Iteration;
            if (first > 1 || run[^1].Iteration != first + run.Length - 1)
            {
                continue;
            }
            double[] rates = new double[run[^1].Iteration + 1];
            foreach (EvaluationRow row in run)
            {
                rates[row.Iteration] = row.AttackSuccessRate;
            }
            double? flops = SampleSummary.MeanOf(
                run.Select(r => r.FlopsPerIteration / r.CostedCount).OfType<double>()
            );
            yield return new(Place(run[0]), run[0].Round, rates, flops);
        }
    }

    private static EvaluationRow[] Latest(IEnumerable<EvaluationRow> rows)
    {
        IGrouping<(string CreatedAt, string RunId), EvaluationRow> run = rows.GroupBy(r =>
                (r.CreatedAt, r.RunId)
            )
            .MaxBy(g => (Time(g.Key.CreatedAt), g.Key.CreatedAt, g.Key.RunId), LatestFirst)!;
        return [.. run.GroupBy(r => r.Iteration).OrderBy(g => g.Key).Select(g => g.Last())];
    }

    private static Comparer<(
        DateTimeOffset Time,
        string CreatedAt,
        string RunId
    )> LatestFirst { get; } =
        Comparer<(DateTimeOffset Time, string CreatedAt, string RunId)>.Create(
            (a, b) =>
            {
                int order = a.Time.CompareTo(b.Time);
                order = order != 0 ? order : string.CompareOrdinal(a.CreatedAt, b.CreatedAt);
                return order != 0 ? order : string.CompareOrdinal(a.RunId, b.RunId);
            }
        );

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out DateTimeOffset time
        )
            ? time
            : DateTimeOffset.MinValue;
}

using System.Globalization;

namespace Robustness.Analysis;

/// <summary>
/// Everything the tables and figures of a folder of results say, computed once: rows by group,
/// slopes, costs of defence, balances.
/// </summary>
public sealed class PaperTables
{
    /// <summary>Choices of rounds after adversarial training.</summary>
    public static IReadOnlyList<string> Selectors { get; } = ["0", "0.001", "0.005", "-1"];

    private readonly PaperResults _results;

    /// <summary>Analyses the results.</summary>
    /// <param name="results">The typed rows.</param>
    /// <param name="targets">Target rates of the balance; null takes the published ones.</param>
    public PaperTables(PaperResults results, IReadOnlyList<double>? targets = null)
    {
        ArgumentNullException.ThrowIfNull(results);
        _results = results;
        Targets = targets ?? OffenseDefense.Targets;
        Groups = [.. results.Groups.Select(g => new GroupRows(g, results.Evaluations(g)))];
        Slopes = [.. Groups.SelectMany(FitSlopes)];
        Balances = [.. Groups.SelectMany(Balance)];
        Regressions = [.. Groups.Where(g => g.Group.SizeRegression).Select(SizeRegression.Of)];
        Training =
        [
            .. results.TrainingGroupNames.Select(n => (n, DefenseScaling.Of(results.Trainings(n)))),
        ];
    }

    /// <summary>The same without some evaluations.</summary>
    public PaperTables Without(Func<EvaluationRow, bool> leftOut) =>
        new(_results.Without(leftOut), Targets);

    /// <summary>What was done to the rows and what cannot be fitted, one sentence each.</summary>
    public IEnumerable<string> Notes =>
        _results.Notes.Concat(Groups.SelectMany(TooFew)).Concat(Slopes.SelectMany(Unfitted));

    /// <summary>Target rates of the balance.</summary>
    public IReadOnlyList<double> Targets { get; }

    /// <summary>Evaluation groups in ordinal order of their names.</summary>
    public IReadOnlyList<GroupRows> Groups { get; }

    /// <summary>Attack scaling by group and choice of rounds.</summary>
    public IReadOnlyList<(string Group, string Selector, AttackScaling Scaling)> Slopes { get; }

    /// <summary>Offence and defence by group and target.</summary>
    public IReadOnlyList<(string Group, double Target, OffenseDefense Balance)> Balances { get; }

    /// <summary>Success regressed on size.</summary>
    public IReadOnlyList<SizeRegression> Regressions { get; }

    /// <summary>Costs by training group.</summary>
    public IReadOnlyList<(string Group, DefenseScaling Costs)> Training { get; }

    /// <summary>Costs of the rounds of an evaluation group's models.</summary>
    public DefenseScaling Costs(ResultGroup group) =>
        DefenseScaling.Of(_results.Trainings(_results.TrainingGroupsOf(group)));

    /// <summary>
    /// The group of the same models trained on random text in place of attacked texts; null if
    /// there is none.
    /// </summary>
    public GroupRows? ControlOf(ResultGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        return Groups.FirstOrDefault(g =>
            (g.Group.Family, g.Group.Task, g.Group.TrainedAttack, g.Group.Attack, g.Group.Position)
            == (
                group.Family,
                group.Task,
                group.TrainedAttack + ResultGroup.ControlEnding,
                group.Attack,
                group.Position
            )
        );
    }

    /// <summary>Where training put the attack text of these models; suffix if unknown.</summary>
    public string TrainedPosition(ResultGroup group) =>
        _results.TrainingPositionsOf(group) is [var position] ? position : "suffix";

    /// <summary>
    /// The evaluated rows that a selector names: <c>0</c>, a fraction of pretraining, or <c>-1</c>
    /// for the last round of each (size, seed).
    /// </summary>
    public IEnumerable<EvaluationRow> Select(GroupRows rows, string selector)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (selector == "-1")
        {
            return rows
                .Runs.GroupBy(r => (r[0].Parameters, r[0].Seed))
                .SelectMany(g => g.MaxBy(r => r[0].Round)!);
        }
        if (selector == "0")
        {
            return rows.Runs.Where(r => r[0].Round == 0).SelectMany(r => r);
        }
        double target = double.Parse(selector, CultureInfo.InvariantCulture);
        IReadOnlyDictionary<long, int> choices = Costs(rows.Group)
            .NearestRounds(
                rows.Runs.GroupBy(r => r[0].Parameters)
                    .OrderBy(g => g.Key)
                    .Select(g =>
                        (g.Key, (IReadOnlyCollection<int>)[.. g.Select(r => r[0].Round).Distinct()])
                    ),
                target
            );
        return rows
            .Runs.Where(r =>
                choices.TryGetValue(r[0].Parameters, out int round) && round == r[0].Round
            )
            .SelectMany(r => r);
    }

    private static IEnumerable<string> TooFew(GroupRows rows)
    {
        string name = rows.Group.Name;
        if (rows.Sizes.Count == 1)
        {
            yield return $"{name}: one size only, so no fit over sizes.";
        }
        if (rows.All.Select(r => r.Seed).Distinct().Count() == 1)
        {
            yield return $"{name}: one seed only, so no interval over seeds.";
        }
    }

    private static IEnumerable<string> Unfitted(
        (string Group, string Selector, AttackScaling Scaling) slopes
    )
    {
        int sizes = slopes.Scaling.Sizes.Count;
        string name = $"{slopes.Group}, {slopes.Selector}";
        if (sizes == 0)
        {
            yield return FormattableString.Invariant(
                $"{name}: no size has {AttackScaling.MinimumCount} rows with a success between "
            ) + "0 and 1, both excluded, so no slope.";
        }
        else if (sizes < AttackScaling.MinimumCount)
        {
            yield return FormattableString.Invariant(
                $"{name}: {sizes} of at least {AttackScaling.MinimumCount} sizes have a slope, "
            ) + "so no fit over sizes.";
        }
    }

    private IEnumerable<(string, string, AttackScaling)> FitSlopes(GroupRows rows)
    {
        if (rows.Group.Kind == GroupKind.FineTuned)
        {
            yield return Fit(rows, "finetuned", rows.Runs.SelectMany(r => r));
        }
        if (!rows.Group.SlopesByRound)
        {
            yield break;
        }
        foreach (string selector in Selectors)
        {
            yield return Fit(rows, selector, Select(rows, selector));
        }
    }

    private (string, string, AttackScaling) Fit(
        GroupRows rows,
        string selector,
        IEnumerable<EvaluationRow> chosen
    ) =>
        (
            rows.Group.Name,
            selector,
            AttackScaling.Fit(
                rows.Sizes,
                chosen.Select(r => rows.Point(r, _results.Convention)),
                $"{rows.Group.Name}/{selector}"
            )
        );

    private IEnumerable<(string, double, OffenseDefense)> Balance(GroupRows rows)
    {
        if (rows.Group.Kind != GroupKind.AdversariallyTrained)
        {
            yield break;
        }
        AttackedModel[] models = [.. rows.CompleteRuns()];
        if (models.Length == 0 || _results.TrainingGroupsOf(rows.Group).Count == 0)
        {
            yield break;
        }
        DefenseScaling costs = Costs(rows.Group);
        foreach (double target in Targets)
        {
            yield return (
                rows.Group.Name,
                target,
                OffenseDefense.Of(rows.Sizes, models, costs, target)
            );
        }
    }
}

namespace Robustness.Analysis;

/// <summary>
/// A study of ours beside the published results: pairs of groups that have task, attack, trained
/// attack and position in common, and the attack scaling of every group of both, with intervals.
/// </summary>
public sealed class PaperComparison
{
    /// <summary>Pairs the groups.</summary>
    /// <param name="study">Analysis of our evaluations.csv and training.csv.</param>
    /// <param name="paper">Analysis of the published tables.</param>
    public PaperComparison(PaperTables study, PaperTables paper)
    {
        ArgumentNullException.ThrowIfNull(study);
        ArgumentNullException.ThrowIfNull(paper);
        Study = study;
        Paper = paper;
        Groups =
        [
            .. from ours in study.Groups
            from theirs in paper.Groups
            where Same(ours.Group, theirs.Group)
            select new PairedGroups(ours, theirs),
        ];
        Pairs =
        [
            .. from pair in Groups
            from ours in study.Slopes
            where ours.Group == pair.Study.Group.Name
            from theirs in paper.Slopes
            where theirs.Group == pair.Paper.Group.Name && theirs.Selector == ours.Selector
            select new PairedScaling(
                pair.Study.Group,
                pair.Paper.Group,
                ours.Selector,
                ours.Scaling,
                theirs.Scaling
            ),
        ];
    }

    /// <summary>Our analysis.</summary>
    public PaperTables Study { get; }

    /// <summary>The published one.</summary>
    public PaperTables Paper { get; }

    /// <summary>Pairs of the same task, attack, trained attack and position.</summary>
    public IReadOnlyList<PairedGroups> Groups { get; }

    /// <summary>Slopes of such pairs at the same choice of rounds.</summary>
    public IReadOnlyList<PairedScaling> Pairs { get; }

    /// <summary>What was done to the rows of both, one sentence each.</summary>
    public IEnumerable<string> Notes =>
        Study.Notes.Select(n => $"Study: {n}").Concat(Paper.Notes.Select(n => $"Published: {n}"));

    /// <summary>Every slope of both, ours first, and every trend (model_size empty).</summary>
    public ResultTable Slopes()
    {
        var table = new ResultTable(
            "compare_slopes",
            [
                "source",
                "group",
                "round_selector",
                "model_size",
                "num_params",
                "slope",
                "slope_standard_error",
                "slope_bootstrap_low",
                "slope_bootstrap_high",
                "n",
            ]
        );
        foreach (
            (string source, PaperTables tables) in new[] { ("study", Study), ("paper", Paper) }
        )
        {
            foreach ((string group, string selector, AttackScaling scaling) in tables.Slopes)
            {
                foreach (SizeScaling size in scaling.Sizes)
                {
                    table.Add(
                        source,
                        group,
                        selector,
                        size.Size.Label,
                        size.Size.Parameters,
                        size.Fit.Slope,
                        size.Fit.SlopeError,
                        size.SlopeInterval?.Low,
                        size.SlopeInterval?.High,
                        size.Fit.Count
                    );
                }
                table.Add(
                    source,
                    group,
                    selector,
                    null,
                    null,
                    scaling.Trend.Slope,
                    scaling.Trend.SlopeError,
                    scaling.TrendInterval?.Low,
                    scaling.TrendInterval?.High,
                    scaling.Trend.Count
                );
            }
        }
        return table;
    }

    private static bool Same(ResultGroup a, ResultGroup b) =>
        a.Described
        && b.Described
        && (Task(a.Task), Attack(a.Attack), Attack(a.TrainedAttack), a.Position)
            == (Task(b.Task), Attack(b.Attack), Attack(b.TrainedAttack), b.Position);

    /// <summary>
    /// Settings that are part of our label (gcg-128) do not separate attacks here; a control arm
    /// (gcg-control) has no published counterpart.
    /// </summary>
    private static string Attack(string attack) =>
        attack.EndsWith(ResultGroup.ControlEnding, StringComparison.Ordinal)
            ? attack
            : attack.Split('-')[0];

    /// <summary>The published name of a task, whatever settings our label adds.</summary>
    private static string Task(string task)
    {
        string plain = string.Concat(task.Where(char.IsLetterOrDigit)).ToLowerInvariant();
        return plain switch
        {
            _ when plain.StartsWith("passwordmatch", StringComparison.Ordinal) => "pm",
            _ when plain.StartsWith("wordlength", StringComparison.Ordinal) => "wl",
            _ when plain.StartsWith("enronspam", StringComparison.Ordinal) => "spam",
            _ => plain,
        };
    }
}

/// <summary>One of our groups and a published one like it.</summary>
public sealed record PairedGroups(GroupRows Study, GroupRows Paper);

/// <summary>The attack scaling of one of our groups and of a published one like it.</summary>
public sealed record PairedScaling(
    ResultGroup Study,
    ResultGroup Paper,
    string Selector,
    AttackScaling Ours,
    AttackScaling Theirs
);

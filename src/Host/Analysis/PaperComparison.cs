namespace Robustness.Analysis;

/// <summary>
/// A study of ours beside the published results: the attack scaling of every group of both, with
/// intervals, and pairs that have task, attack, trained attack and position in common.
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
        Pairs =
        [
            .. from ours in study.Slopes
            from theirs in paper.Slopes
            where ours.Selector == theirs.Selector
            let a = Group(study, ours.Group)
            let b = Group(paper, theirs.Group)
            where Same(a, b)
            select new PairedScaling(a, b, ours.Selector, ours.Scaling, theirs.Scaling),
        ];
    }

    /// <summary>Our analysis.</summary>
    public PaperTables Study { get; }

    /// <summary>The published one.</summary>
    public PaperTables Paper { get; }

    /// <summary>Pairs of the same task, attack, trained attack, position and rounds.</summary>
    public IReadOnlyList<PairedScaling> Pairs { get; }

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

    private static ResultGroup Group(PaperTables tables, string name) =>
        tables.Groups.First(g => g.Group.Name == name).Group;

    private static bool Same(ResultGroup a, ResultGroup b) =>
        a.Described
        && b.Described
        && (Task(a.Task), Attack(a.Attack), a.TrainedAttack, a.Position)
            == (Task(b.Task), Attack(b.Attack), b.TrainedAttack, b.Position);

    /// <summary>
    /// Settings that are part of our label (gcg-128) do not separate attacks here.
    /// </summary>
    private static string Attack(string attack) => attack.Split('-')[0];

    private static string Task(string task) =>
        task switch
        {
            "password_match" or "password-match" or "PasswordMatch" => "pm",
            "word_length" or "word-length" or "WordLength" => "wl",
            "enron_spam" or "enron-spam" or "EnronSpam" => "spam",
            _ => task,
        };
}

/// <summary>The attack scaling of one of our groups and of a published one like it.</summary>
public sealed record PairedScaling(
    ResultGroup Study,
    ResultGroup Paper,
    string Selector,
    AttackScaling Ours,
    AttackScaling Theirs
);

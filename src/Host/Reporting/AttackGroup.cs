namespace Robustness.Reporting;

/// <summary>
/// The curves of one attack on one task, learned classifiers only: what a panel of a figure and
/// a set of slopes are made of.
/// </summary>
internal sealed record AttackGroup(
    TaskDescription Task,
    string Attack,
    AttackRole Role,
    IReadOnlyList<AttackCurve> Curves
)
{
    /// <summary>All groups, task by task, search attacks first.</summary>
    public static IReadOnlyList<AttackGroup> Of(StudyReportData data, LearnedSizes learned) =>
        [
            .. data.Study.Tasks.SelectMany(task =>
                data.Curves.Where(c => c.Victim.Task == task.Name)
                    .GroupBy(c => (c.Attack, c.Role))
                    .OrderBy(g => g.Key.Role)
                    .ThenBy(g => g.Key.Attack, StringComparer.Ordinal)
                    .Select(g => new AttackGroup(
                        task,
                        g.Key.Attack,
                        g.Key.Role,
                        [.. g.Where(c => c.Points.Count > 0 && learned.Contains(c.Victim))]
                    ))
            ),
        ];

    /// <summary>Last iteration of the attack; 0 without curves.</summary>
    public int LastIteration => Curves.Count == 0 ? 0 : Curves.Max(c => c.Last!.Iteration);

    /// <summary>The curves of each size that has any, in the ladder's order.</summary>
    public IEnumerable<(LadderRow Size, IReadOnlyList<AttackCurve> Curves)> BySize(
        IReadOnlyList<LadderRow> ladder
    ) =>
        ladder
            .Select(row =>
                (row, (IReadOnlyList<AttackCurve>)[.. Curves.Where(c => c.Victim.Size == row.Size)])
            )
            .Where(pair => pair.Item2.Count > 0);
}

using Robustness.Analysis;

namespace Robustness.Reporting;

/// <summary>
/// Which classifiers say something about robustness. A size has learned a task when the median
/// clean accuracy of its seeds reaches the threshold; of such a size, the classifiers that reach
/// it themselves enter figures and fits. All others are named, and are no point of any line.
/// </summary>
internal sealed class LearnedSizes
{
    private readonly StudyReportData _data;
    private readonly HashSet<Victim> _victims;

    public LearnedSizes(StudyReportData data)
    {
        _data = data;
        _victims =
        [
            .. data
                .Study.Tasks.SelectMany(t => Of(t.Name))
                .SelectMany(x => Rows(x.Task, x.Size))
                .Where(r => r.Clean.All.Value >= data.Study.LearnedAccuracy)
                .Select(r => r.Victim),
        ];
    }

    /// <summary>Whether this classifier enters figures and fits.</summary>
    public bool Contains(Victim victim) => _victims.Contains(victim);

    /// <summary>Labels of the sizes that learned a task, in the ladder's order.</summary>
    public IReadOnlyList<string> Learned(string task) => [.. Of(task).Select(x => x.Size)];

    /// <summary>
    /// Labels of the sizes that were fine-tuned on a task and have not learned it.
    /// </summary>
    public IReadOnlyList<string> NotLearned(string task) =>
        [
            .. _data
                .Ladder.Select(r => r.Size)
                .Where(s => Rows(task, s).Count > 0 && !HasLearned(task, s)),
        ];

    /// <summary>Classifiers below the threshold although their size has learned the task.</summary>
    public IReadOnlyList<Victim> Stragglers(string task) =>
        [
            .. Of(task)
                .SelectMany(x => Rows(x.Task, x.Size))
                .Select(r => r.Victim)
                .Where(v => !Contains(v)),
        ];

    /// <summary>The accuracy rows of a size on a task.</summary>
    public IReadOnlyList<AccuracyRow> Rows(string task, string size) =>
        [.. _data.Accuracy.Where(r => r.Victim.Task == task && r.Victim.Size == size)];

    private IEnumerable<(string Task, string Size)> Of(string task) =>
        _data.Ladder.Select(r => r.Size).Where(s => HasLearned(task, s)).Select(s => (task, s));

    private bool HasLearned(string task, string size)
    {
        IReadOnlyList<AccuracyRow> rows = Rows(task, size);
        return rows.Count > 0
            && SampleSummary.MedianOf(rows.Select(r => r.Clean.All.Value))
                >= _data.Study.LearnedAccuracy;
    }
}

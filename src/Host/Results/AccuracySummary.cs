namespace Robustness.Results;

/// <summary>Right answers over some rows, clean and with one random insertion, by class.</summary>
/// <param name="RowCount">Rows scored.</param>
/// <param name="RowsByClass">[classes] rows of each true class.</param>
/// <param name="CorrectCount">Right on the clean prompt.</param>
/// <param name="Recall">[classes] share of right answers per true class; empty class: null.</param>
/// <param name="RandomInsertionCorrectCount">Right with the insertion; null: not scored.</param>
/// <param name="RandomInsertionRecall">[classes], or null.</param>
public sealed record AccuracySummary(
    int RowCount,
    IReadOnlyList<int> RowsByClass,
    int CorrectCount,
    IReadOnlyList<double?> Recall,
    int? RandomInsertionCorrectCount,
    IReadOnlyList<double?>? RandomInsertionRecall
)
{
    /// <summary>Share of right answers.</summary>
    public double Accuracy => RowCount == 0 ? 0 : (double)CorrectCount / RowCount;

    /// <summary>Share of right answers with the insertion.</summary>
    public double? RandomInsertionAccuracy =>
        RandomInsertionCorrectCount is { } n && RowCount > 0 ? (double)n / RowCount : null;

    /// <summary>Counts the rows.</summary>
    /// <param name="labels">True class per row.</param>
    /// <param name="clean">Logits per row.</param>
    /// <param name="randomInsertion">Logits per row, or null.</param>
    /// <param name="classCount">Classes.</param>
    public static AccuracySummary Count(
        IReadOnlyList<int> labels,
        IReadOnlyList<IReadOnlyList<float>> clean,
        IReadOnlyList<IReadOnlyList<float>>? randomInsertion,
        int classCount
    )
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(clean);
        return new AccuracySummary(
            labels.Count,
            [.. Enumerable.Range(0, classCount).Select(c => labels.Count(l => l == c))],
            Correct(labels, clean),
            Recalls(labels, clean, classCount),
            randomInsertion is null ? null : Correct(labels, randomInsertion),
            randomInsertion is null ? null : Recalls(labels, randomInsertion, classCount)
        );
    }

    private static int Correct(IReadOnlyList<int> labels, IReadOnlyList<IReadOnlyList<float>> l) =>
        Enumerable.Range(0, labels.Count).Count(i => Prediction.Of(l[i]) == labels[i]);

    private static List<double?> Recalls(
        IReadOnlyList<int> labels,
        IReadOnlyList<IReadOnlyList<float>> logits,
        int classCount
    )
    {
        var recalls = new List<double?>();
        for (int c = 0; c < classCount; c++)
        {
            int[] rows = [.. Enumerable.Range(0, labels.Count).Where(i => labels[i] == c)];
            int right = rows.Count(i => Prediction.Of(logits[i]) == c);
            recalls.Add(rows.Length == 0 ? null : (double)right / rows.Length);
        }
        return recalls;
    }
}

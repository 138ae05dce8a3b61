using Robustness.Results;

namespace Robustness.Study;

/// <summary>
/// Which of the scored rows an evaluation attacks: the first ones that were right. The rows up to
/// the last of them are the evaluation's examples, so success rate = broken / right holds.
/// </summary>
/// <param name="RowCount">Examples: the first rows.</param>
/// <param name="Right">Of those, the rows that were right.</param>
internal sealed record AttackedRows(int RowCount, IReadOnlyList<int> Right)
{
    public static AttackedRows Choose(IReadOnlyList<ScoredRow> scored, int count)
    {
        var right = new List<int>();
        for (int row = 0; row < scored.Count; row++)
        {
            if (Prediction.Of(scored[row].Clean) == scored[row].Label)
            {
                right.Add(row);
            }
            if (right.Count == count)
            {
                return new AttackedRows(row + 1, right);
            }
        }
        return new AttackedRows(scored.Count, right);
    }

    /// <summary>Accuracy over the first rows.</summary>
    public static AccuracySummary Accuracy(
        IReadOnlyList<ScoredRow> scored,
        int rowCount,
        int classes
    )
    {
        var rows = scored.Take(rowCount).ToList();
        return AccuracySummary.Count(
            [.. rows.Select(r => r.Label)],
            [.. rows.Select(r => r.Clean)],
            [.. rows.Select(r => r.RandomInsertion)],
            classes
        );
    }
}

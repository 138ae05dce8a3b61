namespace Robustness.Data;

/// <summary>
/// The two splits of a generated set: its first half trains, its second validates.
/// </summary>
internal static class ProceduralSplits
{
    public static Dataset Load(
        ITask task,
        TaskSettings settings,
        PairLayout layout,
        WordList words,
        LengthLimit? limit,
        LabelledText[] rows
    )
    {
        int half = rows.Length / 2;
        var builder = new SplitBuilder("train", words.Source, layout.Prompt, layout.Chunks, limit);
        var (train, trainReport) = builder.FilterThenShuffle(rows[..half], settings.TrainCount);
        var (validation, validationReport) = (
            builder with
            {
                Split = "validation",
            }
        ).FilterThenShuffle(rows[half..], settings.ValidationCount);
        var report = new LoadReport([trainReport, validationReport]);
        return new Dataset(task.Name, task.ClassNames, train, validation, report);
    }
}

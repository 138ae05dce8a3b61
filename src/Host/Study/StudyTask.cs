using Robustness.Data;
using Robustness.Results;
using Robustness.Tokens;

namespace Robustness.Study;

/// <summary>A task of a study with its rows, read once and shared by all workers.</summary>
/// <param name="Label">Its name in tables.</param>
/// <param name="Settings">As in the study file.</param>
/// <param name="Rows">Training and held-out rows.</param>
/// <param name="MeanPromptTokens">Of the first training rows, for estimates.</param>
/// <param name="MeanTailTokens">Of those, after the attackable chunk's end.</param>
public sealed record StudyTask(
    string Label,
    TaskSettings Settings,
    Dataset Rows,
    double MeanPromptTokens,
    double MeanTailTokens
)
{
    private const int SampledRows = 64;

    /// <summary>Reads the task's rows.</summary>
    /// <exception cref="DataException">The data, or a count asked for, is at fault.</exception>
    public static StudyTask Load(
        string label,
        TaskSettings settings,
        Tokenizer tokenizer,
        int contextLength,
        int validationRowCount
    )
    {
        var rows = TaskCatalog
            .Create(settings with { ValidationCount = validationRowCount })
            .Load(new LengthLimit(tokenizer, contextLength));
        var sample = rows.Train.Take(SampledRows).ToList();
        if (sample.Count == 0)
        {
            throw new InputFaultException($"Task {label}: no training row is left.");
        }
        return new StudyTask(
            label,
            settings,
            rows,
            sample.Average(e => tokenizer.CountTokens(e.Text)),
            sample.Average(e => tokenizer.CountTokens(e.After))
        );
    }
}

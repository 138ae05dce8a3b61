namespace Robustness.Data;

/// <summary>The rows of one task as they are used, and what became of the others.</summary>
/// <param name="Task">The task's catalog name.</param>
/// <param name="ClassNames">Class label strings, class 0 first; they start with a blank.</param>
/// <param name="Train">Training rows, row id = index.</param>
/// <param name="Validation">Held-out rows, row id = index.</param>
/// <param name="Report">Rows read, dropped and why.</param>
public sealed record Dataset(
    string Task,
    IReadOnlyList<string> ClassNames,
    IReadOnlyList<Example> Train,
    IReadOnlyList<Example> Validation,
    LoadReport Report
);

namespace Robustness.Data;

/// <summary>Which task, from which data, and how many rows of it.</summary>
public sealed record TaskSettings
{
    /// <summary>A name of <see cref="TaskCatalog"/>.</summary>
    public required string Name { get; init; }

    /// <summary>Wording of the procedural tasks.</summary>
    public InstructionStyle Instructions { get; init; } = InstructionStyle.Paper;

    /// <summary>Word list file of the procedural tasks; null: generated words.</summary>
    public string? WordsPath { get; init; }

    /// <summary>Seed of the generated words.</summary>
    public long WordSeed { get; init; }

    /// <summary>
    /// Rows that the procedural tasks make for each split, before the first are taken.
    /// </summary>
    public int RowsPerSplit { get; init; } = 25000;

    /// <summary>Training rows used: the first ones; null: all.</summary>
    public int? TrainCount { get; init; }

    /// <summary>Validation rows used: the first ones; null: all.</summary>
    public int? ValidationCount { get; init; }

    /// <summary>The files of <c>text-classification</c>; null for the others.</summary>
    public TextClassificationSettings? Text { get; init; }
}

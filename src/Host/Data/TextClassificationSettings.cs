namespace Robustness.Data;

/// <summary>A user's classification texts: files, columns, labels, split.</summary>
public sealed record TextClassificationSettings
{
    /// <summary>JSON Lines, CSV (either also .gz) or Parquet.</summary>
    public required string TrainPath { get; init; }

    /// <summary>A file of the same form; null: a share of the first file.</summary>
    public string? ValidationPath { get; init; }

    /// <summary>
    /// Share of the first file held out when there is no second: row r (from 0) is held out when
    /// ⌊(r + 1) · share⌋ exceeds ⌊r · share⌋.
    /// </summary>
    public double ValidationShare { get; init; } = 0.2;

    /// <summary>Columns whose texts, joined with a blank, are the text.</summary>
    public IReadOnlyList<string> TextColumns { get; init; } = ["text"];

    /// <summary>The column of the class.</summary>
    public string LabelColumn { get; init; } = "label";

    /// <summary>The two values of the label column, class 0 first.</summary>
    public IReadOnlyList<string> LabelValues { get; init; } = ["0", "1"];

    /// <summary>Class label strings, class 0 first.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [" NEGATIVE", " POSITIVE"];

    /// <summary>The first chunk of the prompt.</summary>
    public string Instructions { get; init; } = "";

    /// <summary>Drops rows whose text an earlier row has, within and across the splits.</summary>
    public bool DropDuplicates { get; init; } = true;

    /// <summary>Puts each split in the order of <c>default_rng(0).permutation</c>.</summary>
    public bool Shuffle { get; init; } = true;
}

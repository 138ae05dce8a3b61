namespace Robustness.Reporting;

/// <summary>A fine-tuned classifier: the attacked model.</summary>
public sealed record Victim(string Size, string Task, int Seed);

/// <summary>Accuracy of one classifier on held-out rows before any search.</summary>
/// <param name="Victim">The classifier.</param>
/// <param name="Clean">On the rows as they are.</param>
/// <param name="RandomInsertion">
/// On the same rows with one random insertion; null where it was not scored.
/// </param>
public sealed record AccuracyRow(Victim Victim, ClassShares Clean, ClassShares? RandomInsertion);

/// <summary>A share of rows, in each class.</summary>
/// <param name="Class0">Among the rows of label 0.</param>
/// <param name="Class1">Among the rows of label 1.</param>
public sealed record ClassShares(Share Class0, Share Class1)
{
    /// <summary>Among all rows.</summary>
    public Share All => Class0 + Class1;
}

namespace Robustness.Analysis;

/// <summary>One attacked row of one model, iteration by iteration.</summary>
/// <param name="RowId">The row in its task.</param>
/// <param name="Broken">[iterations] in the attack's own reading, from iteration 1.</param>
public sealed record AttackedRow(long RowId, IReadOnlyList<bool> Broken)
{
    /// <summary>Whether the last iteration leaves it broken.</summary>
    public bool IsBroken => Broken.Count > 0 && Broken[^1];

    /// <summary>First iteration, from 1, that broke it; null if none did.</summary>
    public int? FirstBreach
    {
        get
        {
            for (int i = 0; i < Broken.Count; i++)
            {
                if (Broken[i])
                {
                    return i + 1;
                }
            }
            return null;
        }
    }
}

/// <summary>One model of a ladder with the rows it was attacked on.</summary>
/// <param name="Seed">Seed of the model.</param>
/// <param name="Round">Round of adversarial training; 0 = fine-tuned.</param>
/// <param name="Rows">The rows.</param>
public sealed record AttackedRows(int Seed, int Round, IReadOnlyList<AttackedRow> Rows);

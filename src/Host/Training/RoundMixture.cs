namespace Robustness.Training;

/// <summary>How many clean and adversarial rows one round trains on (4.3, step 2).</summary>
/// <param name="CleanCount">Rows of the clean pool.</param>
/// <param name="AdversarialCount">Examples of the adversarial pool.</param>
public readonly record struct RoundMixture(int CleanCount, int AdversarialCount)
{
    /// <summary>All rows.</summary>
    public int Count => CleanCount + AdversarialCount;

    /// <summary>
    /// n = min(clean + pool, most), adversarial = min(int(share · n), pool), clean = the rest, as
    /// far as there are clean rows.
    /// </summary>
    /// <param name="cleanCount">Rows of the clean pool.</param>
    /// <param name="poolSize">Examples of the adversarial pool.</param>
    /// <param name="mostRows">Largest n.</param>
    /// <param name="mostShare">Largest share of adversarial rows.</param>
    public static RoundMixture Of(int cleanCount, int poolSize, int mostRows, double mostShare)
    {
        int count = (int)Math.Min((long)cleanCount + poolSize, mostRows);
        int adversarial = Math.Min((int)(mostShare * count), poolSize);
        return new RoundMixture(Math.Min(count - adversarial, cleanCount), adversarial);
    }
}

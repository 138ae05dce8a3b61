using System.Globalization;
using Robustness.Attacks;

namespace Robustness.Training;

/// <summary>What is wrong with settings of adversarial training, all at once.</summary>
public static class AdversarialFaults
{
    /// <summary>One line each: the setting, what was found, what is allowed.</summary>
    /// <param name="s">The settings.</param>
    /// <param name="cleanCount">
    /// Rows of the clean pool, or null where they are not known yet.
    /// </param>
    public static IReadOnlyList<string> Of(AdversarialTrainingSettings s, int? cleanCount)
    {
        ArgumentNullException.ThrowIfNull(s);
        var faults = new List<string>();
        if (s.RoundCount < 1)
        {
            Add("rounds", s.RoundCount, "from 1");
        }
        else if (s.Iterations.Fault(s.RoundCount, s.Reading) is { } fault)
        {
            faults.Add("iterations: " + fault);
        }
        if (s.Attack.Kind == AttackKind.Identity)
        {
            faults.Add("attack: found identity, which changes no text; allowed: one that does");
        }
        Least("examples_per_round", s.ExamplesPerRound);
        Least("most_rows", s.MostRows);
        Least("epochs", s.EpochCount);
        Least("batch", s.BatchSize);
        Least("keep_every", s.KeepEvery);
        Share("most_adversarial_share", s.MostAdversarialShare);
        Share("loss_rank_weight", s.LossRankWeight);
        Share("stopping_success_rate", s.StoppingSuccessRate);
        Share("chunk_noise", s.ChunkNoise);
        if (!(s.SamplingDecay >= 0) || !double.IsFinite(s.SamplingDecay))
        {
            Add("sampling_decay", s.SamplingDecay, "a number from 0");
        }
        if (s.ExamplesPerRound > cleanCount)
        {
            Add(
                "examples_per_round",
                s.ExamplesPerRound,
                FormattableString.Invariant($"at most {cleanCount}, the rows of the clean pool")
            );
        }
        return faults;

        void Least(string field, int value)
        {
            if (value < 1)
            {
                Add(field, value, "from 1");
            }
        }
        void Share(string field, double value)
        {
            if (!(value >= 0 && value <= 1))
            {
                Add(field, value, "a number from 0 to 1");
            }
        }
        void Add(string field, object value, string allowed) =>
            faults.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{field}: found {value}; allowed: {allowed}"
                )
            );
    }
}

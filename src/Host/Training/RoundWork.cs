using Robustness.Attacks;

namespace Robustness.Training;

/// <summary>
/// Where in the whole work adversarial training is: attacked and trained rows, weighted by the
/// passes that each takes. Only progress rests on it.
/// </summary>
internal sealed class RoundWork(AdversarialTrainingSettings settings, int cleanCount)
{
    // Passes of one training row: forward, and a backward that costs two.
    private const double TrainingPasses = 3;

    // A GCG candidate is computed from its changed token on: about half of a short prompt.
    private const double CandidateShare = 0.5;

    private readonly double _total = Enumerable
        .Range(1, settings.RoundCount)
        .Sum(r => Attack(settings, r) + Training(settings, r, cleanCount));

    /// <summary>Share of the work once so many examples of a round are attacked.</summary>
    public double Attacked(int round, int examples) =>
        (Before(round) + (Attack(settings, round) * examples / settings.ExamplesPerRound)) / _total;

    /// <summary>Share of the work once so many steps of a round are done.</summary>
    public double Trained(int round, int steps)
    {
        double all = settings.EpochCount * settings.StepsPerEpoch(round, cleanCount);
        double training = Training(settings, round, cleanCount) * steps / all;
        return (Before(round) + Attack(settings, round) + training) / _total;
    }

    private double Before(int round) =>
        Enumerable
            .Range(1, round - 1)
            .Sum(r => Attack(settings, r) + Training(settings, r, cleanCount));

    private static double Attack(AdversarialTrainingSettings settings, int round)
    {
        double passes = settings.Attack.Kind switch
        {
            _ when settings.Control => 1.0 / settings.IterationsOf(round),
            AttackKind.Gcg => TrainingPasses + (CandidateShare * settings.Attack.CandidateCount),
            _ => 1,
        };
        return passes * settings.IterationsOf(round) * settings.ExamplesPerRound;
    }

    private static double Training(AdversarialTrainingSettings settings, int round, int clean) =>
        TrainingPasses * settings.EpochCount * settings.MixtureOf(round, clean).Count;
}

using Robustness.Attacks;

namespace Robustness.Training;

/// <summary>
/// Where in the whole work adversarial training is: attacked and trained rows, weighted by the
/// passes that each takes. Only progress rests on it.
/// </summary>
internal sealed class RoundWork
{
    // Passes of one training row: forward, and a backward that costs two.
    private const double TrainingPasses = 3;

    // A GCG candidate is computed from its changed token on: about half of a short prompt.
    private const double CandidateShare = 0.5;

    private readonly AdversarialTrainingSettings _settings;
    private readonly int _cleanCount;
    private readonly double[] _before;

    public RoundWork(AdversarialTrainingSettings settings, int cleanCount)
    {
        _settings = settings;
        _cleanCount = cleanCount;
        _before = new double[settings.RoundCount + 1];
        for (int r = 1; r <= settings.RoundCount; r++)
        {
            _before[r] = _before[r - 1] + Attack(settings, r) + Training(settings, r, cleanCount);
        }
    }

    /// <summary>Share of the work once so many examples of a round are attacked.</summary>
    public double Attacked(int round, int examples) =>
        (_before[round - 1] + (Attack(_settings, round) * examples / _settings.ExamplesPerRound))
        / _before[^1];

    /// <summary>Share of the work once so many steps of a round are done.</summary>
    public double Trained(int round, int steps)
    {
        double all = _settings.EpochCount * _settings.StepsPerEpoch(round, _cleanCount);
        double training = Training(_settings, round, _cleanCount) * steps / all;
        return (_before[round - 1] + Attack(_settings, round) + training) / _before[^1];
    }

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
        TrainingPasses
        * settings.EpochCount
        * settings.UsesPerEpoch(settings.MixtureOf(round, clean));
}

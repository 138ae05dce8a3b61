using Robustness.Analysis;

namespace Robustness.Reporting;

/// <summary>Whether an attack looks for its string or only draws it.</summary>
public enum AttackRole
{
    /// <summary>Uses the model's answers to improve the string (GCG).</summary>
    Search,

    /// <summary>Tries random strings (RandomToken): what surprise alone achieves.</summary>
    Random,
}

/// <summary>The reading of success that counts as the attack's rate.</summary>
public enum SuccessReading
{
    /// <summary>The string recorded at the iteration.</summary>
    Instantaneous,

    /// <summary>The string of lowest loss so far.</summary>
    BestByLoss,

    /// <summary>Some string so far.</summary>
    EverBroken,
}

/// <summary>One attack on one classifier, iteration by iteration.</summary>
/// <param name="Victim">The classifier.</param>
/// <param name="Attack">Label of the attack, its settings included where they differ.</param>
/// <param name="Role">Search or random.</param>
/// <param name="Headline">The reading used in summary, figures and fits.</param>
/// <param name="DatasetRowCount">Nominal set size, for Laplace smoothing.</param>
/// <param name="AttackedRowCount">Rows that were right before the attack.</param>
/// <param name="FlopsPerIteration">Summed over all attacked rows.</param>
/// <param name="Points">Iterations from 1, ascending.</param>
/// <param name="LastByClass">Rows broken at the last iteration, by true class (headline).</param>
public sealed record AttackCurve(
    Victim Victim,
    string Attack,
    AttackRole Role,
    SuccessReading Headline,
    int DatasetRowCount,
    int AttackedRowCount,
    IterationFlops FlopsPerIteration,
    IReadOnlyList<CurvePoint> Points,
    ClassShares LastByClass
)
{
    internal CurvePoint? First => Points.Count == 0 ? null : Points[0];

    internal CurvePoint? Last => Points.Count == 0 ? null : Points[^1];

    /// <summary>The headline rate, Laplace-smoothed with the nominal set size.</summary>
    internal double Smoothed(CurvePoint point) =>
        SuccessMetrics.Laplace(At(point).Value, DatasetRowCount);

    internal Share At(CurvePoint point) =>
        new(
            Headline switch
            {
                SuccessReading.Instantaneous => point.Instantaneous,
                SuccessReading.BestByLoss => point.BestByLoss,
                _ => point.EverBroken,
            },
            AttackedRowCount
        );
}

/// <summary>FLOPs of one iteration by three rules.</summary>
/// <param name="Paper">The paper's rule: 2NT forward, 4NT backward.</param>
/// <param name="Executed">All operations launched.</param>
/// <param name="Linear">Rows times weight matrices of the blocks only.</param>
public readonly record struct IterationFlops(double Paper, double Executed, double Linear);

/// <summary>
/// Rows broken at one iteration, by the three readings, and the log-probabilities.
/// </summary>
/// <param name="Iteration">From 1.</param>
/// <param name="Instantaneous">Rows.</param>
/// <param name="BestByLoss">Rows.</param>
/// <param name="EverBroken">Rows.</param>
/// <param name="LogMeanProbability">Log of the mean probability of the true label.</param>
/// <param name="MeanLogProbability">Mean log-probability of the true label.</param>
/// <param name="MeanLogit">Mean of true logit minus other logit.</param>
public sealed record CurvePoint(
    int Iteration,
    int Instantaneous,
    int BestByLoss,
    int EverBroken,
    double LogMeanProbability,
    double MeanLogProbability,
    double MeanLogit
);

namespace Robustness.Results;

/// <summary>
/// One iteration of an attack over all attacked rows (conventions 5 and 6). The rates are shares
/// of attacked rows; the three means are empty at iteration 0.
/// </summary>
/// <param name="Iteration">From 0, the clean prompt.</param>
/// <param name="Instantaneous">The string recorded at this iteration succeeds.</param>
/// <param name="BestByLoss">The string of lowest loss so far succeeds.</param>
/// <param name="EverBroken">Some string so far succeeded.</param>
/// <param name="LogMeanProbability">log of the mean probability of the true label.</param>
/// <param name="MeanLogProbability">Mean log probability of the true label.</param>
/// <param name="MeanLogit">Mean of true logit minus other logit.</param>
public sealed record IterationSummary(
    int Iteration,
    double Instantaneous,
    double BestByLoss,
    double EverBroken,
    double? LogMeanProbability,
    double? MeanLogProbability,
    double? MeanLogit
);

using Robustness.Attacks;

namespace Robustness.Results;

/// <summary>
/// The three readings of success (conventions 5) and the log-probability means (study, 6.2), per
/// iteration over all attacked rows.
/// </summary>
public static class IterationStatistics
{
    /// <summary>Iteration 0 and every recorded one; no trace gives iteration 0 alone.</summary>
    public static IReadOnlyList<IterationSummary> Compute(IReadOnlyList<AttackTrace> traces)
    {
        ArgumentNullException.ThrowIfNull(traces);
        var summaries = new List<IterationSummary> { new(0, 0, 0, 0, null, null, null) };
        int iterationCount = traces.Count == 0 ? 0 : traces.Max(t => t.Iterations.Count);
        double[] lowestLoss = new double[traces.Count];
        bool[] bestSucceeds = new bool[traces.Count];
        bool[] everBroken = new bool[traces.Count];
        Array.Fill(lowestLoss, double.PositiveInfinity);

        for (int i = 0; i < iterationCount; i++)
        {
            for (int row = 0; row < traces.Count; row++)
            {
                var entry = traces[row].Iterations[i];
                everBroken[row] |= entry.Success;
                if (entry.Loss < lowestLoss[row])
                {
                    (lowestLoss[row], bestSucceeds[row]) = (entry.Loss, entry.Success);
                }
            }
            summaries.Add(Summarise(traces, i, bestSucceeds, everBroken));
        }
        return summaries;
    }

    private static IterationSummary Summarise(
        IReadOnlyList<AttackTrace> traces,
        int i,
        bool[] bestSucceeds,
        bool[] everBroken
    )
    {
        double count = traces.Count;
        double probability = 0;
        double logProbability = 0;
        double logit = 0;
        foreach (var trace in traces)
        {
            var logits = trace.Iterations[i].Logits;
            double log = Prediction.LogProbability(logits, trace.Label);
            logProbability += log;
            probability += Math.Exp(log);
            logit += (double)logits[trace.Label] - logits[1 - trace.Label];
        }
        double? logMean = probability > 0 ? Math.Log(probability / count) : null;
        return new IterationSummary(
            i + 1,
            traces.Count(t => t.Iterations[i].Success) / count,
            bestSucceeds.Count(b => b) / count,
            everBroken.Count(b => b) / count,
            logMean,
            logProbability / count,
            logit / count
        );
    }
}

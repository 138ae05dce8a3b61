namespace Robustness.Results;

/// <summary>What a classifier's logits say: the arg max, a tie is the lower class.</summary>
public static class Prediction
{
    /// <summary>The predicted class.</summary>
    public static int Of(IReadOnlyList<float> logits)
    {
        ArgumentNullException.ThrowIfNull(logits);
        int best = 0;
        for (int c = 1; c < logits.Count; c++)
        {
            if (logits[c] > logits[best])
            {
                best = c;
            }
        }
        return best;
    }

    /// <summary>log softmax(logits)[label], in double.</summary>
    public static double LogProbability(IReadOnlyList<float> logits, int label)
    {
        ArgumentNullException.ThrowIfNull(logits);
        double largest = logits.Max();
        double sum = 0;
        foreach (float logit in logits)
        {
            sum += Math.Exp(logit - largest);
        }
        return logits[label] - largest - Math.Log(sum);
    }
}

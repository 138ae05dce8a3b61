namespace Robustness.Attacks;

/// <summary>
/// What a classification attacker wants: class 1 - label. In double, from logits.
/// </summary>
public static class Objective
{
    /// <summary>The predicted class; ties go to the lower one.</summary>
    public static int Predict(ReadOnlySpan<float> logits)
    {
        int best = 0;
        for (int k = 1; k < logits.Length; k++)
        {
            if (logits[k] > logits[best])
            {
                best = k;
            }
        }
        return best;
    }

    /// <summary>The class that the attacker wants for a row of this label.</summary>
    public static int Target(int label) => label == 0 ? 1 : 0;

    /// <summary>-log softmax(logits)[target], in double.</summary>
    public static double Loss(ReadOnlySpan<float> logits, int target)
    {
        double max = logits[0];
        foreach (float logit in logits)
        {
            max = Math.Max(max, logit);
        }
        double sum = 0;
        foreach (float logit in logits)
        {
            sum += Math.Exp(logit - max);
        }
        return max + Math.Log(sum) - logits[target];
    }
}

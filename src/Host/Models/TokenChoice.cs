using Robustness.Numerics;

namespace Robustness.Models;

/// <summary>
/// The next token from one row of logits: the arg max (lower id on ties), or a sample by inverse
/// CDF over the kept tokens in descending probability, ties by lower id. All in double on the host,
/// so that every backend with the same logits chooses the same token.
/// </summary>
/// <param name="settings">Temperature, top-k, top-p.</param>
/// <param name="key">The stream <c>generation/sample</c>.</param>
/// <param name="vocabularySize">V.</param>
internal sealed class TokenChoice(GenerationSettings settings, StreamKey key, int vocabularySize)
{
    private readonly bool _greedy = settings.Temperature == 0;
    private readonly ulong[] _order = new ulong[settings.Temperature == 0 ? 0 : vocabularySize];
    private readonly double[] _weights = new double[settings.Temperature == 0 ? 0 : vocabularySize];

    /// <summary>The token with index t (from 0) of the continuation of a row.</summary>
    /// <param name="logits">[V].</param>
    /// <param name="t">How many new tokens came before.</param>
    /// <param name="row">Row id of the prompt.</param>
    public int Choose(ReadOnlySpan<float> logits, uint t, ulong row)
    {
        int best = ArgMax(logits);
        return _greedy || settings.TopK == 1 ? best : Sample(logits, logits[best], t, row);
    }

    /// <summary>ln softmax(logits)[id].</summary>
    public static double LogProbability(ReadOnlySpan<float> logits, int id)
    {
        double max = logits[ArgMax(logits)];
        double sum = 0;
        foreach (float logit in logits)
        {
            sum += Math.Exp(logit - max);
        }
        return logits[id] - max - Math.Log(sum);
    }

    private static int ArgMax(ReadOnlySpan<float> logits)
    {
        int best = 0;
        for (int id = 0; id < logits.Length; id++)
        {
            if (!float.IsFinite(logits[id]))
            {
                throw new InvalidOperationException(
                    $"The logit of token {id} is {logits[id]}: the weights are damaged."
                );
            }
            if (logits[id] > logits[best])
            {
                best = id;
            }
        }
        return best;
    }

    private int Sample(ReadOnlySpan<float> logits, double max, uint t, ulong row)
    {
        var order = _order.AsSpan(0, logits.Length);
        for (int id = 0; id < logits.Length; id++)
        {
            order[id] = ((ulong)Descending(logits[id]) << 32) | (uint)id;
        }
        order.Sort();
        int kept = settings.TopK > 0 ? Math.Min(settings.TopK, order.Length) : order.Length;
        double total = 0;
        for (int rank = 0; rank < kept; rank++)
        {
            float logit = logits[(int)(uint)order[rank]];
            _weights[rank] = Math.Exp((logit - max) / settings.Temperature);
            total += _weights[rank];
        }
        if (settings.TopP < 1)
        {
            (kept, total) = Nucleus(kept, settings.TopP * total);
        }
        double left = new Philox(key, t, row).NextDouble() * total;
        int last = 0;
        while (last < kept - 1 && left >= _weights[last])
        {
            left -= _weights[last++];
        }
        return (int)(uint)order[last];
    }

    // The fewest most probable tokens whose weights reach the wanted sum.
    private (int Kept, double Total) Nucleus(int kept, double wanted)
    {
        double sum = 0;
        for (int rank = 0; rank < kept; rank++)
        {
            sum += _weights[rank];
            if (sum >= wanted)
            {
                return (rank + 1, sum);
            }
        }
        return (kept, sum);
    }

    // Unsigned order of the result = descending order of the value; 0 and -0 are one value.
    private static uint Descending(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value + 0f);
        uint ascending = (bits & 0x80000000) != 0 ? ~bits : bits | 0x80000000;
        return ~ascending;
    }
}

using System.Numerics;

namespace Robustness.Tests.Compute;

/// <summary>Cross-entropy of hidden · tableᵀ by its definition, in any precision.</summary>
public sealed class LossReference
{
    public required double[] Loss { get; init; }
    public required double[] DHidden { get; init; }
    public required double[] DTable { get; init; }

    /// <summary>Losses, and the gradients of Σ scale · loss.</summary>
    public static LossReference Of<TFloat>(
        float[] hidden,
        float[] table,
        int[] targets,
        float[] scale,
        int width
    )
        where TFloat : IBinaryFloatingPointIeee754<TFloat>
    {
        var (h, w) = (Cast<TFloat>(hidden), Cast<TFloat>(table));
        var (dH, dW) = (new TFloat[h.Length], new TFloat[w.Length]);
        var loss = new double[targets.Length];
        for (int m = 0; m < targets.Length; m++)
        {
            var p = new TFloat[table.Length / width];
            for (int v = 0; v < p.Length; v++)
            {
                p[v] = TFloat.Zero;
                for (int c = 0; c < width; c++)
                {
                    p[v] += h[(m * width) + c] * w[(v * width) + c];
                }
            }
            var (max, at, sum) = (p.Max()!, p[targets[m]], TFloat.Zero);
            foreach (ref var value in p.AsSpan())
            {
                value = TFloat.Exp(value - max);
                sum += value;
            }
            loss[m] = double.CreateChecked(max + TFloat.Log(sum) - at);
            for (int v = 0; v < p.Length; v++)
            {
                var onehot = v == targets[m] ? TFloat.One : TFloat.Zero;
                var d = TFloat.CreateChecked(scale[m]) * ((p[v] / sum) - onehot);
                for (int c = 0; c < width; c++)
                {
                    dH[(m * width) + c] += d * w[(v * width) + c];
                    dW[(v * width) + c] += d * h[(m * width) + c];
                }
            }
        }
        return new LossReference
        {
            Loss = loss,
            DHidden = Array.ConvertAll(dH, value => double.CreateChecked(value)),
            DTable = Array.ConvertAll(dW, value => double.CreateChecked(value)),
        };
    }

    private static TFloat[] Cast<TFloat>(float[] values)
        where TFloat : IBinaryFloatingPointIeee754<TFloat> =>
        Array.ConvertAll(values, value => TFloat.CreateChecked(value));
}

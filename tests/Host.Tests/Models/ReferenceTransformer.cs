using Robustness.Models;
using Robustness.Numerics;

namespace Robustness.Tests.Models;

/// <summary>
/// GPT-NeoX by its definition, in double, one sequence, no cache: the reference. Of a bf16 model
/// the parameters and the operands of products are rounded, once, from double.
/// </summary>
internal sealed class ReferenceTransformer
{
    private readonly ModelConfig _config;

    public ReferenceTransformer(ModelParameters model)
    {
        _config = model.Config;
        foreach (var named in model.Weights.All)
        {
            Values[named.Name] = [.. model.Export(named).Select(v => Operand(v))];
        }
    }

    /// <summary>Every parameter in checkpoint order and layout; may be changed.</summary>
    public Dictionary<string, double[]> Values { get; } = [];

    /// <summary>Added to the embedded tokens, [T x C]; for derivatives by the inputs.</summary>
    public double[]? InputShift { get; set; }

    /// <summary>[T][C], after the final norm.</summary>
    public double[][] Hidden(int[] ids)
    {
        int width = _config.Width;
        var x = new double[ids.Length][];
        for (int t = 0; t < ids.Length; t++)
        {
            x[t] = Values["gpt_neox.embed_in.weight"].AsSpan(ids[t] * width, width).ToArray();
            for (int c = 0; c < width; c++)
            {
                x[t][c] += InputShift?[(t * width) + c] ?? 0;
            }
        }
        for (int layer = 0; layer < _config.LayerCount; layer++)
        {
            x = Block($"gpt_neox.layers.{layer}.", x);
        }
        return [.. x.Select(row => Norm("gpt_neox.final_layer_norm", row))];
    }

    /// <summary>Cross-entropy of the class at the last token.</summary>
    public double ClassLoss(int[] ids, int label)
    {
        double[] logits = ClassLogits(ids);
        return LogSumExp(logits) - logits[label];
    }

    /// <summary>[classes] at the last token.</summary>
    public double[] ClassLogits(int[] ids) => Product(Values["score.weight"], Hidden(ids)[^1]);

    /// <summary>[V] of the token that follows the last.</summary>
    public double[] TokenLogits(int[] ids) => Product(Values["embed_out.weight"], Hidden(ids)[^1]);

    /// <summary>Sum of next-token cross-entropies.</summary>
    public double TokenLoss(int[] ids, int[] targets)
    {
        double sum = 0;
        double[][] hidden = Hidden(ids);
        for (int t = 0; t < ids.Length; t++)
        {
            double[] logits = Product(Values["embed_out.weight"], hidden[t]);
            sum += LogSumExp(logits) - logits[targets[t]];
        }
        return sum;
    }

    private double[][] Block(string prefix, double[][] x)
    {
        double[][] qkv =
        [
            .. x.Select(row =>
                Linear(prefix + "attention.query_key_value", Norm(prefix + "input_layernorm", row))
            ),
        ];
        var y = new double[x.Length][];
        for (int t = 0; t < x.Length; t++)
        {
            double[] attention = Linear(prefix + "attention.dense", Attend(qkv, t));
            double[] up = Linear(
                prefix + "mlp.dense_h_to_4h",
                Norm(prefix + "post_attention_layernorm", x[t])
            );
            double[] down = Linear(prefix + "mlp.dense_4h_to_h", [.. up.Select(Gelu)]);
            y[t] = [.. x[t].Select((v, c) => v + attention[c] + down[c])];
        }
        return y;
    }

    private double[] Attend(double[][] qkv, int t)
    {
        int size = _config.HeadSize;
        var output = new double[_config.Width];
        for (int head = 0; head < _config.HeadCount; head++)
        {
            int start = head * 3 * size;
            double[] query = Rotate(qkv[t].AsSpan(start, size), t);
            var scores = new double[t + 1];
            for (int s = 0; s <= t; s++)
            {
                double[] key = Rotate(qkv[s].AsSpan(start + size, size), s);
                scores[s] = query.Zip(key, (a, b) => a * b).Sum() / Math.Sqrt(size);
            }
            double lse = LogSumExp(scores);
            for (int s = 0; s <= t; s++)
            {
                double weight = Math.Exp(scores[s] - lse);
                for (int d = 0; d < size; d++)
                {
                    output[(head * size) + d] += weight * qkv[s][start + (2 * size) + d];
                }
            }
        }
        return output;
    }

    private double[] Rotate(ReadOnlySpan<double> head, int position)
    {
        double[] turned = head.ToArray();
        int half = _config.RotaryDimensions / 2;
        for (int j = 0; j < half; j++)
        {
            double angle = position * Math.Pow(_config.RotaryBase, -(double)j / half);
            turned[j] = (head[j] * Math.Cos(angle)) - (head[j + half] * Math.Sin(angle));
            turned[j + half] = (head[j + half] * Math.Cos(angle)) + (head[j] * Math.Sin(angle));
        }
        return turned;
    }

    private double[] Norm(string name, double[] x)
    {
        double mean = x.Average();
        double variance = x.Select(v => (v - mean) * (v - mean)).Average();
        double rstd = 1 / Math.Sqrt(variance + _config.NormEpsilon);
        double[] gamma = Values[name + ".weight"];
        double[] beta = Values[name + ".bias"];
        return [.. x.Select((v, c) => ((v - mean) * rstd * gamma[c]) + beta[c])];
    }

    private double[] Linear(string name, double[] x)
    {
        double[] bias = Values[name + ".bias"];
        return [.. Product(Values[name + ".weight"], x).Select((v, o) => v + bias[o])];
    }

    // A value as a product sees it.
    private double Operand(double value) =>
        _config.Precision == Precision.Bf16 ? BFloat16.FromDouble(value).ToSingle() : value;

    private double[] Product(double[] weight, double[] x)
    {
        x = [.. x.Select(Operand)];
        var y = new double[weight.Length / x.Length];
        for (int o = 0; o < y.Length; o++)
        {
            for (int c = 0; c < x.Length; c++)
            {
                y[o] += weight[(o * x.Length) + c] * x[c];
            }
        }
        return y;
    }

    private static double LogSumExp(double[] values)
    {
        double max = values.Max();
        return max + Math.Log(values.Sum(v => Math.Exp(v - max)));
    }

    private static double Gelu(double x) =>
        0.5 * x * MathNet.Numerics.SpecialFunctions.Erfc(-x / Math.Sqrt(2));
}

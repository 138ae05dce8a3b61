using Robustness.Models;
using Robustness.Numerics;

namespace Robustness.Tests.Models;

/// <summary>
/// Weight gradients of GPT-NeoX in double, operands of products rounded where the model is bf16:
/// the reference that central differences cannot be across a rounding.
/// </summary>
internal sealed class ReferenceGradients
{
    private readonly ModelConfig _config;
    private readonly ReferenceTape _tape;
    private readonly Dictionary<string, Variable> _parameters = [];

    private ReferenceGradients(ModelParameters model, bool rounded)
    {
        _config = model.Config;
        _tape = new ReferenceTape(v => rounded ? BFloat16.FromDouble(v).ToSingle() : v);
        foreach (var (name, values) in new ReferenceTransformer(model).Values)
        {
            _parameters[name] = new Variable(values);
        }
    }

    /// <summary>Gradients of the summed next-token loss, in checkpoint order and layout.</summary>
    /// <param name="model">Its parameters are rounded as its precision says.</param>
    /// <param name="rounded">Round the other operands.</param>
    /// <param name="ids">[T].</param>
    /// <param name="targets">[T].</param>
    public static Dictionary<string, double[]> Of(
        ModelParameters model,
        bool rounded,
        int[] ids,
        int[] targets
    )
    {
        var reference = new ReferenceGradients(model, rounded);
        var logits = reference.Logits(ids);
        reference._tape.Backward(logits.Zip(targets));
        return reference._parameters.ToDictionary(p => p.Key, p => p.Value.Gradient);
    }

    private Variable[] Logits(int[] ids)
    {
        int width = _config.Width;
        var table = _parameters["gpt_neox.embed_in.weight"];
        Variable[] x = [.. ids.Select(id => Part(table, id * width, width))];
        for (int layer = 0; layer < _config.LayerCount; layer++)
        {
            x = Block($"gpt_neox.layers.{layer}.", x);
        }
        var head = _parameters["embed_out.weight"];
        return
        [
            .. x.Select(row => _tape.Linear(head, null, Norm("gpt_neox.final_layer_norm", row))),
        ];
    }

    private Variable[] Block(string prefix, Variable[] x)
    {
        int size = _config.HeadSize;
        Variable[] packed =
        [
            .. x.Select(row =>
                Linear(prefix + "attention.query_key_value", Norm(prefix + "input_layernorm", row))
            ),
        ];
        var heads = Enumerable.Range(0, _config.HeadCount).Select(h => h * 3 * size).ToList();
        Variable[][] queries = [.. heads.Select(h => Turned(packed, h))];
        Variable[][] keys = [.. heads.Select(h => Turned(packed, h + size))];
        Variable[][] values =
        [
            .. heads.Select(h => packed.Select(p => Part(p, h + (2 * size), size)).ToArray()),
        ];
        var y = new Variable[x.Length];
        for (int t = 0; t < x.Length; t++)
        {
            Variable[] seen =
            [
                .. heads.Select(
                    (_, h) =>
                        _tape.Attend(
                            queries[h][t],
                            keys[h][..(t + 1)],
                            values[h][..(t + 1)],
                            Math.Sqrt(size)
                        )
                ),
            ];
            var attention = Linear(prefix + "attention.dense", Joined(seen));
            var up = Linear(
                prefix + "mlp.dense_h_to_4h",
                Norm(prefix + "post_attention_layernorm", x[t])
            );
            var down = Linear(prefix + "mlp.dense_4h_to_h", _tape.Each(up, Gelu, GeluSlope));
            y[t] = _tape.Sum(x[t], attention, down);
        }
        return y;
    }

    private Variable Linear(string name, Variable x) =>
        _tape.Linear(_parameters[name + ".weight"], _parameters[name + ".bias"], x);

    private Variable Norm(string name, Variable x) =>
        _tape.Norm(
            _parameters[name + ".weight"],
            _parameters[name + ".bias"],
            x,
            _config.NormEpsilon
        );

    private Variable Part(Variable x, int first, int count) =>
        _tape.Mix(count, [.. Enumerable.Range(0, count).Select(i => (i, x, first + i, 1.0))]);

    private Variable Joined(Variable[] parts)
    {
        int size = parts[0].Value.Length;
        return _tape.Mix(
            size * parts.Length,
            [
                .. parts.SelectMany(
                    (p, h) => Enumerable.Range(0, size).Select(i => ((h * size) + i, p, i, 1.0))
                ),
            ]
        );
    }

    private Variable[] Turned(Variable[] packed, int first) =>
        [.. packed.Select((p, position) => Turned(p, first, position))];

    private Variable Turned(Variable packed, int first, int position)
    {
        int half = _config.RotaryDimensions / 2;
        var terms = new List<(int, Variable, int, double)>();
        for (int j = 0; j < half; j++)
        {
            double angle = position * Math.Pow(_config.RotaryBase, -(double)j / half);
            var (sine, cosine) = Math.SinCos(angle);
            terms.Add((j, packed, first + j, cosine));
            terms.Add((j, packed, first + j + half, -sine));
            terms.Add((j + half, packed, first + j + half, cosine));
            terms.Add((j + half, packed, first + j, sine));
        }
        for (int j = 2 * half; j < _config.HeadSize; j++)
        {
            terms.Add((j, packed, first + j, 1));
        }
        return _tape.Mix(_config.HeadSize, [.. terms]);
    }

    private static double Normal(double x) =>
        0.5 * MathNet.Numerics.SpecialFunctions.Erfc(-x / Math.Sqrt(2));

    private static double Gelu(double x) => x * Normal(x);

    private static double GeluSlope(double x) =>
        Normal(x) + (x * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI));
}

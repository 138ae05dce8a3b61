using Robustness.Compute;
using Robustness.Numerics;

namespace Robustness.Models;

/// <summary>The weights of one model on one backend.</summary>
public sealed class ModelParameters : IDisposable
{
    /// <summary>
    /// Standard deviation of the published initialisation and of every fresh head.
    /// </summary>
    public const double PublishedDeviation = 0.02;

    private readonly IBackend _backend;

    /// <summary>Uninitialised weights.</summary>
    public ModelParameters(IBackend backend, ModelConfig config)
    {
        ArgumentNullException.ThrowIfNull(backend);
        _backend = backend;
        Weights = new ParameterSet(backend, config);
    }

    /// <summary>The model's shape.</summary>
    public ModelConfig Config => Weights.Config;

    /// <summary>The tensors.</summary>
    public ParameterSet Weights { get; }

    /// <summary>Fresh weights, drawn from the streams <c>init/{tensor}</c>.</summary>
    public static ModelParameters Create(
        IBackend backend,
        ModelConfig config,
        long seed,
        string scope
    )
    {
        var model = new ModelParameters(backend, config);
        foreach (var named in model.Weights.All)
        {
            float[] values = new float[named.Tensor.Count];
            if (named.Tensor.Shape.Rank == 1)
            {
                bool gamma = named.Name.EndsWith("norm.weight", StringComparison.Ordinal);
                Array.Fill(values, gamma ? 1f : 0f);
            }
            else
            {
                Draw(values, named.Name, Deviation(config, named), seed, scope);
            }
            model.Import(named, values);
        }
        return model;
    }

    /// <summary>A copy on the same backend.</summary>
    public ModelParameters Clone()
    {
        var copy = new ModelParameters(_backend, Config);
        copy.Weights.CopyFrom(_backend, Weights);
        return copy;
    }

    /// <summary>A fresh classification head, N(0, 0.02²).</summary>
    public void ResetClassifier(long seed, string scope)
    {
        var head = Weights.Classifier;
        float[] values = new float[head.Count];
        Draw(values, ParameterSet.ClassifierName, PublishedDeviation, seed, scope);
        _backend.Upload<float>(head, values);
    }

    /// <summary>Values in the checkpoint's row order into a tensor.</summary>
    internal void Import(NamedTensor named, ReadOnlySpan<float> values)
    {
        if (!named.IsQueryKeyValue)
        {
            _backend.Upload(named.Tensor, values);
            return;
        }
        float[] ordered = new float[values.Length];
        ForEachQueryKeyValueRow(
            named.Tensor,
            (engine, file, n) => Array.Copy(file, n.From, engine, n.To, n.Length),
            ordered,
            values.ToArray()
        );
        _backend.Upload<float>(named.Tensor, ordered);
    }

    /// <summary>A tensor's values in the checkpoint's row order.</summary>
    internal float[] Export(NamedTensor named)
    {
        float[] values = new float[named.Tensor.Count];
        _backend.Download(values.AsSpan(), named.Tensor);
        if (!named.IsQueryKeyValue)
        {
            return values;
        }
        float[] interleaved = new float[values.Length];
        ForEachQueryKeyValueRow(
            named.Tensor,
            (engine, file, n) => Array.Copy(engine, n.To, file, n.From, n.Length),
            values,
            interleaved
        );
        return interleaved;
    }

    /// <inheritdoc/>
    public void Dispose() => Weights.Dispose();

    // Checkpoints hold rows [head, (q, k, v), D]; the engine holds [(q, k, v), head, D].
    private void ForEachQueryKeyValueRow(
        Tensor tensor,
        Action<float[], float[], (int From, int To, int Length)> copy,
        float[] engine,
        float[] file
    )
    {
        int columns = tensor.Shape.Rank == 1 ? 1 : tensor.Shape.Columns;
        int block = Config.HeadSize * columns;
        for (int head = 0; head < Config.HeadCount; head++)
        {
            for (int part = 0; part < 3; part++)
            {
                int from = ((head * 3) + part) * block;
                int to = ((part * Config.HeadCount) + head) * block;
                copy(engine, file, (from, to, block));
            }
        }
    }

    private static double Deviation(ModelConfig config, NamedTensor named)
    {
        string name = named.Name;
        if (config.Initialization == Initialization.Published || name == "score.weight")
        {
            return PublishedDeviation;
        }
        if (name == "gpt_neox.embed_in.weight")
        {
            return 0.7;
        }
        double fanIn = 1.0 / Math.Sqrt(named.Tensor.Shape.Columns);
        if (name == "embed_out.weight")
        {
            return 0.3 * fanIn;
        }
        bool intoResidual =
            name.EndsWith("attention.dense.weight", StringComparison.Ordinal)
            || name.EndsWith("dense_4h_to_h.weight", StringComparison.Ordinal);
        return intoResidual ? 0.5 * fanIn : fanIn;
    }

    private static void Draw(
        Span<float> values,
        string name,
        double deviation,
        long seed,
        string scope
    )
    {
        var draws = new Philox(StreamKey.Create(seed, "init/" + name, scope), 0, 0);
        foreach (ref float value in values)
        {
            value = (float)(deviation * draws.NextNormal());
        }
    }
}

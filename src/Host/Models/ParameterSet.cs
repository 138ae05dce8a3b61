using System.Globalization;
using Robustness.Compute;

namespace Robustness.Models;

/// <summary>
/// The tensors of one block; matrices are [out, in], query, key and value rows apart.
/// </summary>
public sealed record LayerTensors
{
    /// <summary>[C], norm before attention.</summary>
    public required Tensor AttentionNormGamma { get; init; }

    /// <summary>[C].</summary>
    public required Tensor AttentionNormBeta { get; init; }

    /// <summary>[C], norm before the MLP.</summary>
    public required Tensor MlpNormGamma { get; init; }

    /// <summary>[C].</summary>
    public required Tensor MlpNormBeta { get; init; }

    /// <summary>[3C, C]: all query rows, then all key rows, then all value rows.</summary>
    public required Tensor QueryKeyValueWeight { get; init; }

    /// <summary>[3C].</summary>
    public required Tensor QueryKeyValueBias { get; init; }

    /// <summary>[C, C].</summary>
    public required Tensor OutputWeight { get; init; }

    /// <summary>[C].</summary>
    public required Tensor OutputBias { get; init; }

    /// <summary>[F, C].</summary>
    public required Tensor UpWeight { get; init; }

    /// <summary>[F].</summary>
    public required Tensor UpBias { get; init; }

    /// <summary>[C, F].</summary>
    public required Tensor DownWeight { get; init; }

    /// <summary>[C].</summary>
    public required Tensor DownBias { get; init; }
}

/// <summary>A tensor under the name that checkpoints give it.</summary>
/// <param name="Name">For instance <c>gpt_neox.layers.0.mlp.dense_h_to_4h.weight</c>.</param>
/// <param name="Tensor">Its elements, in the engine's row order.</param>
/// <param name="IsQueryKeyValue">Checkpoints interleave its rows per head.</param>
public readonly record struct NamedTensor(string Name, Tensor Tensor, bool IsQueryKeyValue);

/// <summary>
/// One value per parameter of a model: the weights, or their gradients, or an optimiser's moments.
/// </summary>
public sealed class ParameterSet : IDisposable
{
    /// <summary>Name of the classification head.</summary>
    public const string ClassifierName = "score.weight";

    private readonly Arena _arena;
    private readonly DataType _matrices;
    private readonly List<NamedTensor> _all = [];

    /// <summary>Uninitialised.</summary>
    /// <param name="backend">Whose memory it is.</param>
    /// <param name="config">The shape.</param>
    /// <param name="matrices">Type of the matrices; vectors are f32.</param>
    public ParameterSet(IBackend backend, ModelConfig config, DataType matrices = DataType.Float32)
    {
        ArgumentNullException.ThrowIfNull(config);
        _arena = new Arena(backend);
        _matrices = matrices;
        Config = config.Validated();
        int width = config.Width;
        Embedding = Add("gpt_neox.embed_in.weight", config.VocabularySize, width);
        var layers = new LayerTensors[config.LayerCount];
        for (int layer = 0; layer < layers.Length; layer++)
        {
            layers[layer] = AddLayer(layer);
        }
        Layers = layers;
        FinalNormGamma = Add("gpt_neox.final_layer_norm.weight", width);
        FinalNormBeta = Add("gpt_neox.final_layer_norm.bias", width);
        Unembedding = Add("embed_out.weight", config.VocabularySize, width);
        Classifier = Add(ClassifierName, config.ClassCount, width);
    }

    /// <summary>The model's shape.</summary>
    public ModelConfig Config { get; }

    /// <summary>[V, C].</summary>
    public Tensor Embedding { get; }

    /// <summary>L blocks.</summary>
    public IReadOnlyList<LayerTensors> Layers { get; }

    /// <summary>[C].</summary>
    public Tensor FinalNormGamma { get; }

    /// <summary>[C].</summary>
    public Tensor FinalNormBeta { get; }

    /// <summary>[V, C].</summary>
    public Tensor Unembedding { get; }

    /// <summary>[classes, C].</summary>
    public Tensor Classifier { get; }

    /// <summary>Every tensor, in checkpoint order.</summary>
    public IReadOnlyList<NamedTensor> All => _all;

    /// <summary>Zeroes everything.</summary>
    public void Clear(IBackend backend)
    {
        ArgumentNullException.ThrowIfNull(backend);
        foreach (var named in _all)
        {
            backend.Clear(named.Tensor);
        }
    }

    /// <summary>Copies every value from a set of the same shape.</summary>
    public void CopyFrom(IBackend backend, ParameterSet source)
    {
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentNullException.ThrowIfNull(source);
        for (int i = 0; i < _all.Count; i++)
        {
            backend.Copy(_all[i].Tensor, source._all[i].Tensor);
        }
    }

    /// <summary>Takes the values of an f32 set, each rounded to bf16.</summary>
    internal void RoundFrom(IBackend backend, ParameterSet source)
    {
        var mark = _arena.Mark;
        for (int i = 0; i < _all.Count; i++)
        {
            var (to, from) = (_all[i].Tensor, source._all[i].Tensor);
            if (to.Type == DataType.BFloat16)
            {
                backend.Bf16Round(to, from);
                continue;
            }
            var rounded = _arena.Allocate(from.Shape, DataType.BFloat16);
            backend.Bf16Round(rounded, from);
            backend.Bf16Widen(to, rounded);
            _arena.Rewind(mark);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _arena.Dispose();

    private LayerTensors AddLayer(int layer)
    {
        string prefix = string.Create(CultureInfo.InvariantCulture, $"gpt_neox.layers.{layer}.");
        int width = Config.Width;
        int feedForward = Config.FeedForward;
        return new LayerTensors
        {
            AttentionNormGamma = Add(prefix + "input_layernorm.weight", width),
            AttentionNormBeta = Add(prefix + "input_layernorm.bias", width),
            MlpNormGamma = Add(prefix + "post_attention_layernorm.weight", width),
            MlpNormBeta = Add(prefix + "post_attention_layernorm.bias", width),
            QueryKeyValueWeight = Add(
                prefix + "attention.query_key_value.weight",
                3 * width,
                width,
                true
            ),
            QueryKeyValueBias = Add(prefix + "attention.query_key_value.bias", 3 * width, 0, true),
            OutputWeight = Add(prefix + "attention.dense.weight", width, width),
            OutputBias = Add(prefix + "attention.dense.bias", width),
            UpWeight = Add(prefix + "mlp.dense_h_to_4h.weight", feedForward, width),
            UpBias = Add(prefix + "mlp.dense_h_to_4h.bias", feedForward),
            DownWeight = Add(prefix + "mlp.dense_4h_to_h.weight", width, feedForward),
            DownBias = Add(prefix + "mlp.dense_4h_to_h.bias", width),
        };
    }

    private Tensor Add(string name, int rows, int columns = 0, bool queryKeyValue = false)
    {
        var shape = columns == 0 ? new Shape(rows) : new Shape(rows, columns);
        var type = columns == 0 ? DataType.Float32 : _matrices;
        var tensor = _arena.Allocate(shape, type);
        _all.Add(new NamedTensor(name, tensor, queryKeyValue));
        return tensor;
    }
}

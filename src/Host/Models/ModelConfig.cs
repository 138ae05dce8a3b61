using System.Globalization;
using System.Text.Json.Serialization;

namespace Robustness.Models;

/// <summary>How fresh weights are drawn.</summary>
public enum Initialization
{
    /// <summary>N(0, 0.02²) for every matrix: the published one.</summary>
    Published,

    /// <summary>
    /// For tiny models: linear N(0, 1/fan-in), attention-out and MLP-down halved, embedding
    /// N(0, 0.7²), unembedding fan-in times 0.3.
    /// </summary>
    FanIn,
}

/// <summary>
/// The shape of a GPT-NeoX transformer (Black et al. 2022): parallel residual, partial rotary
/// positions, biases everywhere, untied embeddings.
/// </summary>
public sealed record ModelConfig
{
    /// <summary>Rows of the embedding, V.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Width, C.</summary>
    public required int Width { get; init; }

    /// <summary>Layers, L.</summary>
    public required int LayerCount { get; init; }

    /// <summary>Heads, H.</summary>
    public required int HeadCount { get; init; }

    /// <summary>Feed-forward width, F; four times the width unless said.</summary>
    public int FeedForwardWidth { get; init; }

    /// <summary>Share of each head that turns with position.</summary>
    public double RotaryShare { get; init; } = 0.25;

    /// <summary>Base of the rotary angles.</summary>
    public double RotaryBase { get; init; } = 10000;

    /// <summary>ε of the layer norms.</summary>
    public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>Longest sequence, the context.</summary>
    public int ContextLength { get; init; } = 2048;

    /// <summary>Classes of the classification head.</summary>
    public int ClassCount { get; init; } = 2;

    /// <summary>How fresh weights are drawn.</summary>
    public Initialization Initialization { get; init; } = Initialization.Published;

    /// <summary>How weights and the operands of products are stored; as JSON only bf16.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Precision Precision { get; init; } = Precision.F32;

    /// <summary>D.</summary>
    public int HeadSize => Width / HeadCount;

    /// <summary>F.</summary>
    public int FeedForward => FeedForwardWidth > 0 ? FeedForwardWidth : 4 * Width;

    /// <summary>R: rotary elements of a head, even.</summary>
    public int RotaryDimensions => Math.Max(2, (int)(HeadSize * RotaryShare) / 2 * 2);

    /// <summary>Weights and biases of the blocks and the final norm.</summary>
    public long NonEmbeddingParameterCount =>
        ((long)LayerCount * BlockParameterCount) + (2L * Width);

    /// <summary>Embedding, blocks and final norm.</summary>
    public long BackboneParameterCount =>
        ((long)VocabularySize * Width) + NonEmbeddingParameterCount;

    /// <summary>N of the paper's FLOP rule: the backbone and the classification head.</summary>
    public long ClassifierParameterCount => BackboneParameterCount + ((long)ClassCount * Width);

    /// <summary>Backbone and unembedding.</summary>
    public long LanguageModelParameterCount =>
        BackboneParameterCount + ((long)VocabularySize * Width);

    /// <summary>Matrix elements of the blocks: N_b of the floor of GCG's cost.</summary>
    public long LinearWeightCount =>
        LayerCount * ((4L * Width * Width) + (2L * Width * FeedForward));

    private long BlockParameterCount =>
        (4L * Width * Width)
        + (2L * Width * FeedForward)
        + (3L * Width) // bias of query, key and value
        + (2L * Width) // biases of attention-out and MLP-down
        + FeedForward // bias of MLP-up
        + (4L * Width); // two norms

    /// <summary>
    /// Everything that is wrong, each with field, value and rule; empty when sound.
    /// </summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        Positive(VocabularySize, "vocabulary_size");
        Positive(Width, "width");
        Positive(LayerCount, "layers");
        Positive(HeadCount, "heads");
        Positive(ContextLength, "context");
        if (ClassCount < 2)
        {
            faults.Add(Text($"classes is {ClassCount}; at least 2 are needed."));
        }
        if (HeadCount > 0 && Width % HeadCount != 0)
        {
            faults.Add(Text($"width is {Width}, which {HeadCount} heads do not divide."));
        }
        else if (HeadCount > 0 && HeadSize < 2)
        {
            faults.Add(Text($"width {Width} gives heads of {HeadSize}; at least 2 are needed."));
        }
        if (RotaryShare is not (> 0 and <= 1))
        {
            faults.Add(Text($"rotary_share is {RotaryShare}; allowed is above 0 up to 1."));
        }
        if (!(RotaryBase > 1))
        {
            faults.Add(Text($"rotary_base is {RotaryBase}; it must be above 1."));
        }
        return faults;

        void Positive(int value, string field)
        {
            if (value <= 0)
            {
                faults.Add(Text($"{field} is {value}; it must be positive."));
            }
        }
    }

    /// <summary>This configuration, or an error that names every fault.</summary>
    public ModelConfig Validated()
    {
        var faults = Faults();
        return faults.Count == 0
            ? this
            : throw new ArgumentException("Model configuration: " + string.Join(" ", faults));
    }

    private static string Text(FormattableString text) =>
        text.ToString(CultureInfo.InvariantCulture);
}

using System.Text.Json.Nodes;

namespace Robustness.Models;

/// <summary>
/// The shape of a Qwen2 transformer and its parameter counts: grouped key/value heads, biases on
/// query, key and value only, RMS norms, a gated MLP of three matrices.
/// </summary>
/// <param name="VocabularySize">V.</param>
/// <param name="Width">C.</param>
/// <param name="LayerCount">L.</param>
/// <param name="HeadCount">H.</param>
/// <param name="KeyValueHeadCount">K.</param>
/// <param name="FeedForward">F.</param>
/// <param name="TiedEmbeddings">The unembedding is the embedding.</param>
public sealed record Qwen2Shape(
    int VocabularySize,
    int Width,
    int LayerCount,
    int HeadCount,
    int KeyValueHeadCount,
    int FeedForward,
    bool TiedEmbeddings
)
{
    /// <summary>The name of the architecture in config.json.</summary>
    public const string ModelType = "qwen2";

    /// <summary>Blocks and final norm.</summary>
    public long NonEmbeddingParameterCount => (LayerCount * BlockParameterCount) + Width;

    /// <summary>Embedding, blocks and final norm.</summary>
    public long BackboneParameterCount =>
        ((long)VocabularySize * Width) + NonEmbeddingParameterCount;

    /// <summary>N of the paper's FLOP rule: the backbone and a head of two classes.</summary>
    public long ClassifierParameterCount => BackboneParameterCount + (2L * Width);

    /// <summary>Backbone and, where it is not tied, unembedding.</summary>
    public long LanguageModelParameterCount =>
        BackboneParameterCount + (TiedEmbeddings ? 0 : (long)VocabularySize * Width);

    private long KeyValueWidth => (long)Width / HeadCount * KeyValueHeadCount;

    private long BlockParameterCount =>
        (2L * Width * Width) // query and attention-out
        + Width // bias of query
        + (2 * ((Width * KeyValueWidth) + KeyValueWidth)) // key and value with biases
        + (3L * Width * FeedForward)
        + (2L * Width); // two norms

    /// <summary>Reads config.json's object.</summary>
    /// <param name="json">Its fields.</param>
    /// <param name="path">The file, for errors.</param>
    /// <exception cref="InvalidDataException">A field is missing or not positive.</exception>
    public static Qwen2Shape Read(JsonObject json, string path)
    {
        ArgumentNullException.ThrowIfNull(json);
        int heads = Positive("num_attention_heads");
        return new Qwen2Shape(
            Positive("vocab_size"),
            Positive("hidden_size"),
            Positive("num_hidden_layers"),
            heads,
            json["num_key_value_heads"] is null ? heads : Positive("num_key_value_heads"),
            Positive("intermediate_size"),
            (bool?)json["tie_word_embeddings"] ?? false
        );

        int Positive(string field) =>
            (int?)json[field] is > 0 and int value
                ? value
                : throw new InvalidDataException(
                    $"{path}: field {field} is {json[field]?.ToJsonString() ?? "missing"}; "
                        + "allowed is a whole number from 1."
                );
    }
}

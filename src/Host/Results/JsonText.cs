using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Robustness.Results;

/// <summary>
/// How records become JSON: snake_case names, enumerations by name, nothing escaped.
/// </summary>
public static class JsonText
{
    /// <summary>Indented, for people.</summary>
    public static JsonSerializerOptions Indented { get; } = Create(indented: true);

    /// <summary>On one line.</summary>
    public static JsonSerializerOptions Compact { get; } = Create(indented: false);

    /// <summary>A value as a JSON node.</summary>
    public static JsonNode ToNode<T>(T value) => JsonSerializer.SerializeToNode(value, Compact)!;

    /// <summary>A record as a JSON object.</summary>
    public static JsonObject ToObject<T>(T value) => ToNode(value).AsObject();

    /// <summary>A value read from a JSON node.</summary>
    public static T FromNode<T>(JsonNode node) =>
        node.Deserialize<T>(Compact) ?? throw new JsonException("null is not allowed here.");

    private static JsonSerializerOptions Create(bool indented) =>
        new()
        {
            WriteIndented = indented,
            NewLine = "\n",
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        };
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Robustness.Results;

namespace Robustness.Tests.Cli;

/// <summary>
/// JSON with numbers at three significant digits and without hashes: the last digits of a
/// logarithm are the platform's.
/// </summary>
internal static class RoundedJson
{
    private const int ShortestHash = 40;

    /// <summary>Each line's document, indented.</summary>
    public static string Of(string lines)
    {
        var documents = lines.StartsWith("{\n", StringComparison.Ordinal)
            ? [lines]
            : lines.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var text = documents.Select(d => Rounded(JsonNode.Parse(d))!);
        return string.Concat(text.Select(n => n.ToJsonString(JsonText.Indented) + "\n"));
    }

    private static JsonNode? Rounded(JsonNode? node) =>
        node switch
        {
            JsonObject o => new JsonObject(
                o.Select(m => KeyValuePair.Create(m.Key, Rounded(m.Value)))
            ),
            JsonArray a => new JsonArray([.. a.Select(Rounded)]),
            JsonValue v => Rounded(v),
            _ => null,
        };

    private static JsonNode Rounded(JsonValue value)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.Number when value.ToJsonString().AsSpan().ContainsAny('.', 'E'):
                double number = value.GetValue<double>();
                int digits = 2 - (int)Math.Floor(Math.Log10(Math.Abs(number)));
                return Math.Round(number, Math.Clamp(digits, 0, 15));
            case JsonValueKind.String when IsHash(value.GetValue<string>()):
                return "HASH";
            default:
                return value.DeepClone();
        }
    }

    private static bool IsHash(string text) =>
        text.Length >= ShortestHash && text.All(char.IsAsciiHexDigitLower);
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Robustness.Results;

/// <summary>
/// The one text of a JSON value: members sorted by ordinal name, no spaces, whole numbers as
/// digits, other numbers as the shortest text that reads back to the same double. Equal values
/// give equal bytes, whatever the order or layout they were written in.
/// </summary>
public static class CanonicalJson
{
    private static readonly JsonSerializerOptions StringOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The canonical text.</summary>
    public static string Write(JsonNode? node)
    {
        var text = new StringBuilder();
        Append(text, node);
        return text.ToString();
    }

    /// <summary>SHA-256 of the canonical text, lower-case hex.</summary>
    public static string Hash(JsonNode? node) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Write(node))));

    private static void Append(StringBuilder text, JsonNode? node)
    {
        switch (node)
        {
            case null:
                text.Append("null");
                break;
            case JsonObject members:
                AppendObject(text, members);
                break;
            case JsonArray items:
                AppendArray(text, items);
                break;
            default:
                AppendValue(text, node);
                break;
        }
    }

    private static void AppendObject(StringBuilder text, JsonObject members)
    {
        text.Append('{');
        string separator = "";
        foreach (var member in members.OrderBy(m => m.Key, StringComparer.Ordinal))
        {
            text.Append(separator);
            text.Append(JsonSerializer.Serialize(member.Key, StringOptions)).Append(':');
            Append(text, member.Value);
            separator = ",";
        }
        text.Append('}');
    }

    private static void AppendArray(StringBuilder text, JsonArray items)
    {
        text.Append('[');
        for (int i = 0; i < items.Count; i++)
        {
            text.Append(i == 0 ? "" : ",");
            Append(text, items[i]);
        }
        text.Append(']');
    }

    private static void AppendValue(StringBuilder text, JsonNode node)
    {
        string raw = node.ToJsonString(StringOptions);
        bool isNumber = node.GetValueKind() == JsonValueKind.Number;
        text.Append(
            node.GetValueKind() switch
            {
                JsonValueKind.String => JsonSerializer.Serialize(
                    node.GetValue<string>(),
                    StringOptions
                ),
                _ when isNumber && raw.AsSpan().ContainsAny('.', 'e', 'E') => Number(raw),
                _ => raw,
            }
        );
    }

    private static string Number(string raw)
    {
        double value = double.Parse(raw, CultureInfo.InvariantCulture);
        return Math.Abs(value) < 1e15 && Math.Floor(value) == value
            ? ((long)value).ToString(CultureInfo.InvariantCulture)
            : value.ToString("R", CultureInfo.InvariantCulture);
    }
}

using System.Text.Json.Nodes;

namespace Robustness.Results;

/// <summary>Finds the settings in which two studies differ.</summary>
public static class SettingDifference
{
    /// <summary>One text per differing setting: its path, there and here.</summary>
    public static IReadOnlyList<string> Find(JsonNode? there, JsonNode? here)
    {
        var differences = new List<string>();
        Compare("", there, here, differences);
        return differences;
    }

    private static void Compare(string path, JsonNode? there, JsonNode? here, List<string> found)
    {
        if (there is JsonObject a && here is JsonObject b)
        {
            var names = a.Concat(b).Select(m => m.Key).Distinct().Order(StringComparer.Ordinal);
            foreach (string name in names)
            {
                Compare(path.Length == 0 ? name : $"{path}.{name}", a[name], b[name], found);
            }
        }
        else if (there is JsonArray x && here is JsonArray y && x.Count == y.Count)
        {
            for (int i = 0; i < x.Count; i++)
            {
                Compare($"{path}[{i}]", x[i], y[i], found);
            }
        }
        else if (CanonicalJson.Write(there) != CanonicalJson.Write(here))
        {
            found.Add($"{path} is {Text(there)} there and {Text(here)} here.");
        }
    }

    private static string Text(JsonNode? node) =>
        node is null ? "absent" : CanonicalJson.Write(node);
}

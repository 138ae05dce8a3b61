using YamlDotNet.RepresentationModel;

namespace Robustness.Study;

/// <summary>
/// A list in the place of one setting makes a grid: a section with lists becomes one section per
/// combination, named by the values in which the combinations differ.
/// </summary>
internal static class SettingGrid
{
    /// <summary>Every combination, the last list varying fastest.</summary>
    /// <param name="section">The mapping.</param>
    /// <param name="plainLists">Settings that are lists by nature.</param>
    public static IReadOnlyList<(string Label, YamlMappingNode Node)> Expand(
        YamlMappingNode section,
        params string[] plainLists
    )
    {
        List<(string Label, YamlMappingNode Node)> combinations = [("", section)];
        foreach (var (key, value) in section.Children)
        {
            string name = (key as YamlScalarNode)?.Value ?? "";
            if (value is not YamlSequenceNode { Children.Count: > 0 } list)
            {
                continue;
            }
            if (plainLists.Contains(name) || list.Any(item => item is not YamlScalarNode))
            {
                continue;
            }
            combinations =
            [
                .. combinations.SelectMany(c => list.Select(item => With(c, key, item))),
            ];
        }
        return combinations;
    }

    private static (string Label, YamlMappingNode Node) With(
        (string Label, YamlMappingNode Node) combination,
        YamlNode key,
        YamlNode item
    )
    {
        var node = new YamlMappingNode();
        foreach (var (name, value) in combination.Node.Children)
        {
            node.Add(name, name.Equals(key) ? item : value);
        }
        string text = Path.GetFileName(((YamlScalarNode)item).Value ?? "");
        string label = combination.Label.Length == 0 ? text : $"{combination.Label}-{text}";
        return (label, node);
    }
}

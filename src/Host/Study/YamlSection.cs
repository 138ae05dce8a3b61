using System.Globalization;
using Robustness.Data;
using YamlDotNet.RepresentationModel;

namespace Robustness.Study;

/// <summary>
/// One mapping of a study file. Each field is asked for by name with what is allowed; a wrong
/// one is noted and its default returned, so that reading goes on to the next fault.
/// </summary>
internal sealed class YamlSection(StudyFaults faults, string path, YamlMappingNode node)
{
    private readonly HashSet<string> _asked = [];

    public YamlMappingNode Node => node;

    public string Path => path;

    /// <summary>A field's full name.</summary>
    public string Field(string name) => path.Length == 0 ? name : $"{path}.{name}";

    public bool Has(string name) => Find(name) is not null;

    public string Text(string name, string fallback) =>
        Scalar(name, "text") is { } scalar ? scalar.Value ?? "" : fallback;

    public string? OptionalText(string name) => Scalar(name, "text")?.Value;

    public string RequiredText(string name)
    {
        if (!Has(name))
        {
            faults.AddMissing(node.Start.Line, Field(name), "a name is needed");
        }
        return Text(name, "");
    }

    /// <summary>A whole number within bounds.</summary>
    public long Whole(string name, long fallback, long least, long most = int.MaxValue)
    {
        string bounds = Invariant($"a whole number from {least} to {most}");
        string allowed = most == int.MaxValue ? Invariant($"a whole number from {least}") : bounds;
        if (Scalar(name, allowed) is not { } scalar)
        {
            return fallback;
        }
        string digits = (scalar.Value ?? "").Replace("_", "", StringComparison.Ordinal);
        if (
            long.TryParse(
                digits,
                NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out long value
            )
            && value >= least
            && value <= most
        )
        {
            return value;
        }
        faults.Add(scalar, Field(name), Shown(scalar), value > most ? bounds : allowed);
        return fallback;
    }

    public int Integer(string name, int fallback, int least, int most = int.MaxValue) =>
        (int)Whole(name, fallback, least, most);

    public int? OptionalInteger(string name, int least) =>
        Has(name) ? Integer(name, least, least) : null;

    /// <summary>A file that must be there.</summary>
    /// <param name="name">The field.</param>
    /// <param name="folder">What relative paths start from.</param>
    /// <returns>Its path, or null where the field is absent.</returns>
    public string? OptionalFile(string name, string folder)
    {
        if (Scalar(name, "the path of a file") is not { } scalar)
        {
            return null;
        }
        string file = System.IO.Path.Combine(folder, scalar.Value ?? "");
        if (!File.Exists(file))
        {
            faults.Add(scalar, Field(name), $"{file}, which is no file", "the path of a file");
        }
        return file;
    }

    /// <summary>
    /// A number within bounds, the lower one excluded when <paramref name="above"/>.
    /// </summary>
    public double Real(
        string name,
        double fallback,
        double least,
        double most = double.MaxValue,
        bool above = false
    )
    {
        string lower = Invariant($"{(above ? "above" : "from")} {least}");
        string upper = most == double.MaxValue ? "" : Invariant($" up to {most}");
        string allowed = $"a number {lower}{upper}";
        if (Scalar(name, allowed) is not { } scalar)
        {
            return fallback;
        }
        bool parsed = double.TryParse(
            scalar.Value,
            NumberStyles.Float,
            CultureInfo.InvariantCulture,
            out double value
        );
        if (parsed && value >= least && value <= most && !(above && value == least))
        {
            return value;
        }
        faults.Add(scalar, Field(name), Shown(scalar), allowed);
        return fallback;
    }

    public double? OptionalReal(string name, double least, bool above) =>
        Has(name) ? Real(name, 1, least, above: above) : null;

    public bool Flag(string name, bool fallback) =>
        Choice(name, fallback, [("true", true), ("false", false)]);

    /// <summary>One of some names.</summary>
    public T Choice<T>(string name, T fallback, IReadOnlyList<(string Name, T Value)> choices)
    {
        string allowed = string.Join(", ", choices.Select(c => c.Name));
        if (Scalar(name, allowed) is not { } scalar)
        {
            return fallback;
        }
        foreach (var choice in choices.Where(c => c.Name == scalar.Value))
        {
            return choice.Value;
        }
        string hint = NearestName.Hint(scalar.Value ?? "", choices.Select(c => c.Name));
        faults.Add(scalar, Field(name), Shown(scalar), allowed + "." + hint);
        return fallback;
    }

    /// <summary>A mapping, or an empty one.</summary>
    public YamlSection Section(string name)
    {
        var found = Find(name);
        if (found is not null and not YamlMappingNode)
        {
            faults.Add(found, Field(name), Shown(found), "a mapping of settings");
        }
        return new YamlSection(faults, Field(name), found as YamlMappingNode ?? []);
    }

    /// <summary>
    /// A list that must be there and have items; each is given with its field's name.
    /// </summary>
    public IReadOnlyList<(string Field, YamlNode Item)> Items(string name, string allowed)
    {
        var found = Find(name);
        if (found is YamlSequenceNode { Children.Count: > 0 } list)
        {
            return [.. list.Select((item, i) => (Invariant($"{Field(name)}[{i}]"), item))];
        }
        if (found is null)
        {
            faults.AddMissing(node.Start.Line, Field(name), $"allowed: {allowed}");
        }
        else
        {
            faults.Add(found, Field(name), Shown(found), allowed);
        }
        return [];
    }

    /// <summary>A list of texts, or the fallback.</summary>
    public IReadOnlyList<string> Texts(string name, IReadOnlyList<string> fallback) =>
        Has(name)
            ?
            [
                .. Items(name, "a list of texts")
                    .Select(i => (i.Item as YamlScalarNode)?.Value ?? Shown(i.Item)),
            ]
            : fallback;

    /// <summary>Notes every field that nobody asked for.</summary>
    public void RefuseUnknown()
    {
        foreach (var key in node.Children.Keys)
        {
            string name = (key as YamlScalarNode)?.Value ?? Shown(key);
            if (!_asked.Contains(name))
            {
                string known = string.Join(", ", _asked.Order(StringComparer.Ordinal));
                string hint = NearestName.Hint(name, _asked);
                if (NearestName.Find(name, _asked) is { } near)
                {
                    faults.Mistyped(Field(near));
                }
                faults.AddLine(
                    key.Start.Line,
                    Field(name),
                    $"found an unknown setting; allowed: {known}.{hint}"
                );
            }
        }
    }

    /// <summary>A node as shown in a fault.</summary>
    public static string Shown(YamlNode node) =>
        node switch
        {
            YamlScalarNode { Value: { Length: > 0 } text } => text,
            YamlScalarNode => "nothing",
            YamlSequenceNode => "a list",
            _ => "a mapping",
        };

    private YamlScalarNode? Scalar(string name, string allowed)
    {
        var found = Find(name);
        if (found is null or YamlScalarNode)
        {
            return (YamlScalarNode?)found;
        }
        faults.Add(found, Field(name), Shown(found), allowed);
        return null;
    }

    private YamlNode? Find(string name)
    {
        _asked.Add(name);
        return node.Children.TryGetValue(new YamlScalarNode(name), out var found) ? found : null;
    }

    private static string Invariant(FormattableString text) =>
        text.ToString(CultureInfo.InvariantCulture);
}

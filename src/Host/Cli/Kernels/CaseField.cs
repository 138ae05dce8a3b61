using System.Globalization;
using System.Text.Json;

namespace Robustness.Cli.Kernels;

/// <summary>
/// A field of a case file with its path. What is wrong goes to the list of faults, so that all
/// faults of a file are told at once; a faulty field then has a harmless value.
/// </summary>
internal sealed class CaseField(JsonElement value, string path, string file, List<string> faults)
{
    public JsonElement Value => value;

    public string Path => path;

    public JsonValueKind Kind => value.ValueKind;

    /// <summary>Reports a fault of this field.</summary>
    public void Fault(string found, string allowed) =>
        faults.Add($"{file}: {path}: found {found}; allowed: {allowed}.");

    /// <summary>Reports that the value itself is wrong.</summary>
    public void FaultValue(string allowed) => Fault(Shown(), allowed);

    /// <summary>The fields of an object; names outside the list are faults.</summary>
    public IReadOnlyDictionary<string, CaseField> Fields(params string[] names)
    {
        var fields = AnyFields();
        foreach ((string name, CaseField field) in fields)
        {
            if (!names.Contains(name))
            {
                field.Fault("an unknown field", string.Join(", ", names));
            }
        }
        return fields;
    }

    /// <summary>The fields of an object whose names are free.</summary>
    public IReadOnlyDictionary<string, CaseField> AnyFields()
    {
        var fields = new Dictionary<string, CaseField>(StringComparer.Ordinal);
        if (Kind != JsonValueKind.Object)
        {
            FaultValue("an object");
            return fields;
        }
        string prefix = path == "case" ? "" : path + ".";
        foreach (JsonProperty property in value.EnumerateObject())
        {
            fields[property.Name] = new CaseField(
                property.Value,
                prefix + property.Name,
                file,
                faults
            );
        }
        return fields;
    }

    public IReadOnlyList<CaseField> Items()
    {
        if (Kind != JsonValueKind.Array)
        {
            FaultValue("a list");
            return [];
        }
        return
        [
            .. value
                .EnumerateArray()
                .Select(
                    (item, i) =>
                        new CaseField(
                            item,
                            string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"),
                            file,
                            faults
                        )
                ),
        ];
    }

    public string Text()
    {
        if (Kind == JsonValueKind.String)
        {
            return value.GetString()!;
        }
        FaultValue("a text");
        return "";
    }

    public IReadOnlyList<string> Texts() => [.. Items().Select(item => item.Text())];

    public bool Flag()
    {
        if (Kind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }
        FaultValue("true or false");
        return false;
    }

    public long Whole(long least, long most)
    {
        if (
            Kind == JsonValueKind.Number
            && value.TryGetInt64(out long number)
            && number >= least
            && number <= most
        )
        {
            return number;
        }
        FaultValue(
            string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}")
        );
        return least;
    }

    public double Real()
    {
        if (Kind == JsonValueKind.Number && double.IsFinite(value.GetDouble()))
        {
            return value.GetDouble();
        }
        FaultValue("a finite number");
        return 0;
    }

    private string Shown()
    {
        string raw = value.GetRawText();
        return raw.Length <= 60 ? raw : raw[..57] + "...";
    }
}

using System.Text.RegularExpressions;

namespace Robustness.Cli.Kernels;

/// <summary>Buffers, constants and globals.</summary>
internal sealed partial class KernelCaseReader
{
    private List<CaseBuffer> ReadBuffers(
        IReadOnlyDictionary<string, CaseField> fields,
        string section
    )
    {
        var buffers = new List<CaseBuffer>();
        if (!fields.TryGetValue(section, out CaseField? list))
        {
            return buffers;
        }
        foreach ((string name, CaseField field) in list.AnyFields())
        {
            if (!BufferName().IsMatch(name))
            {
                field.Fault($"the name '{name}'", "letters, digits and _ . $ -");
            }
            buffers.Add(ReadBuffer(name, field, section));
        }
        return buffers;
    }

    private CaseBuffer ReadBuffer(string name, CaseField field, string section)
    {
        var fields =
            section == "constants"
                ? field.Fields("type", "count", "init")
                : field.Fields("type", "count", "init", "output");
        if (ReadType(field, fields) is not ElementType type)
        {
            // Without a type nothing can be said of the rest.
            long size = fields.TryGetValue("count", out CaseField? found)
                ? found.Whole(0, CaseContents.MostBytes)
                : 0;
            return new CaseBuffer(field.Path, name, ElementType.All[0], size, null, false);
        }
        long? count = fields.TryGetValue("count", out CaseField? given)
            ? given.Whole(0, CaseContents.MostBytes / type.Bytes)
            : null;
        byte[]? initial = fields.TryGetValue("init", out CaseField? init)
            ? CaseContents.Read(init, type, count, name, _folder)
            : null;
        if (count is null && initial is null)
        {
            field.Fault("neither count nor init", "a count, or an init that fixes it");
        }
        bool output = fields.TryGetValue("output", out CaseField? flag) && flag.Flag();
        return new CaseBuffer(
            field.Path,
            name,
            type,
            count ?? ((initial?.Length ?? 0) / type.Bytes),
            initial,
            output
        );
    }

    private static ElementType? ReadType(
        CaseField owner,
        IReadOnlyDictionary<string, CaseField> fields
    )
    {
        if (!fields.TryGetValue("type", out CaseField? field))
        {
            owner.Fault("no type", ElementType.Names);
            return null;
        }
        ElementType? type = ElementType.Find(field.Text());
        if (type is null)
        {
            field.FaultValue(ElementType.Names);
        }
        return type;
    }

    /// <summary>Every output is a file of its own.</summary>
    private void CheckOutputs(IReadOnlyList<CaseBuffer> buffers)
    {
        foreach (
            var group in buffers.Where(b => b.IsOutput).GroupBy(b => b.Name.ToUpperInvariant())
        )
        {
            if (group.Count() > 1)
            {
                string fields = string.Join(" and ", group.Select(b => b.Field));
                _faults.Add($"{_file}: {fields}: outputs need names that differ.");
            }
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9_$][A-Za-z0-9_.$-]*$")]
    private static partial Regex BufferName();
}

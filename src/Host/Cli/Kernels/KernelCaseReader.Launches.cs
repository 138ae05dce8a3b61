using System.Text.Json;
using Robustness.Interop;

namespace Robustness.Cli.Kernels;

/// <summary>Launches and their arguments.</summary>
internal sealed partial class KernelCaseReader
{
    private const int MostThreads = 1024;

    private List<CaseLaunch> ReadLaunches(
        IReadOnlyDictionary<string, CaseField> fields,
        IReadOnlyList<CaseBuffer> buffers
    )
    {
        if (!fields.TryGetValue("launches", out CaseField? list))
        {
            _faults.Add($"{_file}: launches: missing; allowed: a list of launches.");
            return [];
        }
        return [.. list.Items().Select(item => ReadLaunch(item, buffers))];
    }

    private static CaseLaunch ReadLaunch(CaseField field, IReadOnlyList<CaseBuffer> buffers)
    {
        var fields = field.Fields(
            "kernel",
            "grid",
            "block",
            "shared",
            "arguments",
            "cluster",
            "cooperative"
        );
        foreach (string name in (string[])["cluster", "cooperative"])
        {
            if (fields.TryGetValue(name, out CaseField? refused))
            {
                refused.Fault($"a {name} launch", "plain launches only");
            }
        }
        string kernel = Required(field, fields, "kernel")?.Text() ?? "";
        Dim3 grid = ReadExtents(Required(field, fields, "grid"), int.MaxValue, 65535, 65535);
        CaseField? blockField = Required(field, fields, "block");
        Dim3 block = ReadExtents(blockField, MostThreads, MostThreads, 64);
        if (block.Count > MostThreads)
        {
            blockField?.Fault($"{block.Count} threads", $"at most {MostThreads} threads a block");
        }
        uint shared = fields.TryGetValue("shared", out CaseField? bytes)
            ? (uint)bytes.Whole(0, int.MaxValue)
            : 0;
        CaseArgument[] arguments = fields.TryGetValue("arguments", out CaseField? list)
            ? [.. list.Items().Select(item => ReadArgument(item, buffers))]
            : [];
        return new CaseLaunch(field.Path, kernel, grid, block, shared, arguments);
    }

    private static CaseField? Required(
        CaseField owner,
        IReadOnlyDictionary<string, CaseField> fields,
        string name
    )
    {
        if (!fields.TryGetValue(name, out CaseField? field) && owner.Kind == JsonValueKind.Object)
        {
            owner.Fault($"no {name}", $"a launch with {name}");
        }
        return field;
    }

    private static Dim3 ReadExtents(CaseField? field, long x, long y, long z)
    {
        if (field is null)
        {
            return new Dim3(1);
        }
        var items = field.Items();
        if (field.Kind == JsonValueKind.Array && items.Count is < 1 or > 3)
        {
            field.FaultValue("one to three extents");
        }
        long[] most = [x, y, z];
        uint[] extents = [1, 1, 1];
        for (int i = 0; i < Math.Min(3, items.Count); i++)
        {
            extents[i] = (uint)items[i].Whole(1, most[i]);
        }
        return new Dim3(extents[0], extents[1], extents[2]);
    }

    private static CaseArgument ReadArgument(CaseField field, IReadOnlyList<CaseBuffer> buffers)
    {
        var fields = field.AnyFields();
        if (fields.TryGetValue("buffer", out CaseField? buffer))
        {
            _ = field.Fields("buffer", "offset");
            return ReadBufferArgument(buffer, fields, buffers);
        }
        var none = new CaseArgument("", [], null, 0);
        if (fields.Count != 1)
        {
            if (field.Kind == JsonValueKind.Object)
            {
                field.FaultValue("one of buffer, null, bytes, bool, " + ElementType.Names);
            }
            return none;
        }
        (string kind, CaseField value) = fields.First();
        switch (kind)
        {
            case "null":
                if (value.Kind != JsonValueKind.True)
                {
                    value.FaultValue("true");
                }
                return new CaseArgument(kind, new byte[8], null, 0);
            case "bytes":
                return new CaseArgument(kind, CaseContents.Hex(value), null, 0);
            case "bool":
                return new CaseArgument(kind, [value.Flag() ? (byte)1 : (byte)0], null, 0);
            default:
                return ReadScalar(kind, value) ?? none;
        }
    }

    private static CaseArgument? ReadScalar(string kind, CaseField value)
    {
        ElementType? type = ElementType.Find(kind);
        if (type is null)
        {
            value.Fault(
                "an unknown kind of argument",
                "buffer, null, bytes, bool, " + ElementType.Names
            );
            return null;
        }
        byte[] bytes = new byte[type.Bytes];
        if (!type.TryWrite(value.Value, bytes))
        {
            value.FaultValue(type.Allowed);
        }
        return new CaseArgument(kind, bytes, null, 0);
    }

    private static CaseArgument ReadBufferArgument(
        CaseField field,
        IReadOnlyDictionary<string, CaseField> fields,
        IReadOnlyList<CaseBuffer> buffers
    )
    {
        string name = field.Text();
        CaseBuffer? buffer = buffers.FirstOrDefault(b => b.Name == name);
        ulong offset = 0;
        if (buffer is null)
        {
            field.FaultValue(
                "a buffer of this case: " + string.Join(", ", buffers.Select(b => b.Name))
            );
        }
        else if (fields.TryGetValue("offset", out CaseField? elements))
        {
            offset = (ulong)elements.Whole(0, buffer.Count) * (ulong)buffer.Type.Bytes;
        }
        return new CaseArgument($"buffer {name}", new byte[8], name, offset);
    }
}

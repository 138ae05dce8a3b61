using System.Globalization;
using System.Text.Json;
using Robustness.Numerics;

namespace Robustness.Cli.Kernels;

/// <summary>Turns an <c>init</c> of a case into bytes.</summary>
internal static class CaseContents
{
    /// <summary>Most bytes of one buffer: what one array of the host holds.</summary>
    public const long MostBytes = 0x7FFF_FFC7;

    private static readonly string[] s_forms =
    [
        "fill",
        "values",
        "arange",
        "file",
        "uniform",
        "bytes",
    ];

    private const long WholeRange = 1L << 32;

    /// <summary>The bytes, and the number of elements that the form itself fixes.</summary>
    /// <param name="init">The field.</param>
    /// <param name="type">Element type.</param>
    /// <param name="count">Elements, or null when the case leaves them out.</param>
    /// <param name="name">Buffer name; it names the random stream.</param>
    /// <param name="folder">Where relative paths begin.</param>
    public static byte[] Read(
        CaseField init,
        ElementType type,
        long? count,
        string name,
        string folder
    )
    {
        var fields = init.Fields([.. s_forms, "seed"]);
        string[] forms = [.. fields.Keys.Where(s_forms.Contains)];
        if (forms.Length != 1)
        {
            if (forms.Length == 0 && fields.Count > 0)
            {
                return []; // an unknown field, which is told
            }
            string found = forms.Length == 0 ? "none" : string.Join(" and ", forms);
            init.Fault(found, "exactly one of fill, values, arange, file, uniform, bytes");
            return [];
        }
        if (forms[0] != "uniform" && fields.TryGetValue("seed", out CaseField? seed))
        {
            seed.Fault("a seed", "seed beside uniform only");
        }
        CaseField form = fields[forms[0]];
        byte[]? fixedBytes = forms[0] switch
        {
            "values" => Values(form, type),
            "file" => FileBytes(form, type, folder),
            "bytes" => Hex(form),
            _ => null,
        };
        if (fixedBytes is not null)
        {
            CheckCount(form, fixedBytes.Length, type, count);
            return fixedBytes;
        }
        if (count is not long known)
        {
            form.Fault("no count", $"count beside init.{forms[0]}");
            return [];
        }
        byte[] bytes = new byte[known * type.Bytes];
        switch (forms[0])
        {
            case "fill":
                Fill(form, type, bytes);
                break;
            case "arange":
                Arange(form, type, bytes);
                break;
            default:
                long start = fields.TryGetValue("seed", out CaseField? given)
                    ? given.Whole(long.MinValue, long.MaxValue)
                    : 0;
                Uniform(form, type, bytes, StreamKey.Create(start, $"case/{name}", ""));
                break;
        }
        return bytes;
    }

    /// <summary>Bytes from hexadecimal digits.</summary>
    public static byte[] Hex(CaseField field)
    {
        string text = field.Text();
        try
        {
            return Convert.FromHexString(text);
        }
        catch (FormatException)
        {
            field.FaultValue("an even number of hexadecimal digits");
            return [];
        }
    }

    private static void CheckCount(CaseField form, long bytes, ElementType type, long? count)
    {
        if (count is long known ? bytes != known * type.Bytes : bytes % type.Bytes != 0)
        {
            string rule = count is null
                ? string.Create(CultureInfo.InvariantCulture, $"a multiple of {type.Bytes} bytes")
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{count * type.Bytes} bytes, count {count} times {type.Bytes}"
                );
            form.Fault(string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"), rule);
        }
    }

    private static byte[] Values(CaseField form, ElementType type)
    {
        var items = form.Items();
        byte[] bytes = new byte[items.Count * type.Bytes];
        for (int i = 0; i < items.Count; i++)
        {
            if (!type.TryWrite(items[i].Value, bytes.AsSpan(i * type.Bytes, type.Bytes)))
            {
                items[i].FaultValue(type.Allowed);
            }
        }
        return bytes;
    }

    private static byte[] FileBytes(CaseField form, ElementType type, string folder)
    {
        string path = Path.Combine(folder, form.Text());
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            form.FaultValue("a file that exists");
            return [];
        }
        if (file.Length > MostBytes)
        {
            form.Fault($"{file.Length} bytes", $"at most {MostBytes} bytes of {type.Name}");
            return [];
        }
        return File.ReadAllBytes(path);
    }

    private static void Fill(CaseField form, ElementType type, byte[] bytes)
    {
        Span<byte> element = stackalloc byte[type.Bytes];
        if (!type.TryWrite(form.Value, element))
        {
            form.FaultValue(type.Allowed);
            return;
        }
        for (int i = 0; i < bytes.Length; i += type.Bytes)
        {
            element.CopyTo(bytes.AsSpan(i));
        }
    }

    private static void Arange(CaseField form, ElementType type, byte[] bytes)
    {
        var items = form.Items();
        if (items.Count != 2)
        {
            form.FaultValue("[start, step]");
            return;
        }
        bool exact =
            !type.IsFloat
            && items.All(item =>
                item.Kind == JsonValueKind.Number && item.Value.TryGetInt64(out _)
            );
        if (!type.IsFloat && !exact)
        {
            form.FaultValue($"two whole numbers for {type.Name}");
            return;
        }
        (double start, double step) = (items[0].Real(), items[1].Real());
        long count = bytes.Length / type.Bytes;
        for (long i = 0; i < count; i++)
        {
            Span<byte> target = bytes.AsSpan((int)(i * type.Bytes), type.Bytes);
            bool fits = exact
                ? type.TryWriteInteger(
                    items[0].Value.GetInt64() + ((Int128)items[1].Value.GetInt64() * i),
                    target
                )
                : type.TryWriteReal(start + (step * i), target);
            if (!fits)
            {
                form.Fault($"element {i} outside {type.Name}", type.Allowed);
                return;
            }
        }
    }

    private static void Uniform(CaseField form, ElementType type, byte[] bytes, StreamKey key)
    {
        var items = form.Items();
        if (items.Count != 2)
        {
            form.FaultValue("[low, high]");
            return;
        }
        var stream = new Philox(key, 0, 0);
        if (type.IsFloat)
        {
            (double low, double high) = (items[0].Real(), items[1].Real());
            bool fits = low <= high;
            for (int i = 0; fits && i < bytes.Length; i += type.Bytes)
            {
                double u = type.Bytes == 8 ? stream.NextDouble() : stream.NextFloat();
                fits = type.TryWriteReal(low + ((high - low) * u), bytes.AsSpan(i, type.Bytes));
            }
            if (!fits)
            {
                form.FaultValue($"low <= high within {type.Name}");
            }
            return;
        }
        long least = items[0].Whole(long.MinValue, long.MaxValue);
        long most = items[1].Whole(long.MinValue, long.MaxValue);
        Int128 width = (Int128)most - least + 1;
        bool allowed = width > 0 && width <= WholeRange;
        for (int i = 0; allowed && i < bytes.Length; i += type.Bytes)
        {
            uint drawn = width == WholeRange ? stream.NextUInt32() : stream.NextBelow((uint)width);
            allowed = type.TryWriteInteger((Int128)least + drawn, bytes.AsSpan(i, type.Bytes));
        }
        if (!allowed)
        {
            form.FaultValue($"low <= high, at most 2^32 values, within {type.Name}");
        }
    }
}

using System.Text;

namespace Robustness.Emulator;

/// <summary>A loaded PTX module: its variables in device memory and its decoded kernels.</summary>
internal sealed unsafe class EmulatedModule : IDisposable
{
    private readonly DeviceMemory memory;
    private const ulong FirstFunction = 5UL << 40;
    private readonly Dictionary<string, MemoryRegion> variables = [];
    private readonly List<string> functions;

    public EmulatedModule(string text, DeviceMemory memory)
    {
        this.memory = memory;
        Source = PtxParser.Parse(text);
        functions = [.. Source.Functions.Keys];
        PlaceShared();
        try
        {
            PlaceVariables();
            DecodeKernels();
        }
        catch (PtxException)
        {
            Dispose();
            throw;
        }
    }

    public PtxModule Source { get; }

    public Dictionary<string, DecodedKernel> Kernels { get; } = [];

    public MemoryRegion? Variable(string name) => variables.GetValueOrDefault(name);

    public static string Decode(ReadOnlySpan<byte> image)
    {
        int end = image.IndexOf((byte)0);
        ReadOnlySpan<byte> text = end < 0 ? image : image[..end];
        if (text.StartsWith("\u007fELF"u8))
        {
            throw new PtxException(1, "ELF", "a cubin; the emulator runs PTX only");
        }
        return Encoding.UTF8.GetString(text);
    }

    public void Dispose()
    {
        foreach (MemoryRegion region in variables.Values)
        {
            memory.Free(region.Start);
        }
        variables.Clear();
    }

    /// <summary>Address of a variable, or the number that stands for a function.</summary>
    public ulong? Address(string name)
    {
        if (variables.TryGetValue(name, out MemoryRegion? region))
        {
            return region.Start;
        }
        int index = functions.IndexOf(name);
        return index < 0 ? null : FirstFunction + (16 * (ulong)index);
    }

    /// <summary>
    /// Kernels with all they reach; functions that none reaches are decoded as well.
    /// </summary>
    private void DecodeKernels()
    {
        List<PtxFunction> all = [.. Source.Functions.Values.Where(item => item.HasBody)];
        foreach (PtxFunction entry in all.Where(item => item.IsEntry))
        {
            Kernels[entry.Name] = KernelDecoder.Decode(entry, Source, Address);
        }
        HashSet<PtxFunction> reached =
        [
            .. Kernels.Values.SelectMany(kernel => kernel.Functions).Select(item => item.Source),
        ];
        foreach (
            PtxFunction function in all.Where(item => !item.IsEntry && !reached.Contains(item))
        )
        {
            _ = KernelDecoder.Decode(function, Source, Address);
        }
    }

    /// <summary>Static shared variables that stand outside of entries come first.</summary>
    private void PlaceShared()
    {
        long offset = 0;
        foreach (PtxVariable variable in Source.Variables.Values)
        {
            bool isStatic =
                variable is { Space: PtxSpace.Shared, External: false } && variable.Bytes > 0;
            offset = isStatic ? KernelDecoder.Put(variable, offset) : offset;
        }
        foreach (PtxFunction function in Source.Functions.Values.Where(item => !item.IsEntry))
        {
            offset = KernelDecoder.Place(function, PtxSpace.Shared, (int)offset);
        }
        Source.SharedBytes = (int)offset;
    }

    private void PlaceVariables()
    {
        foreach (PtxVariable variable in Source.Variables.Values)
        {
            if (variable.Space == PtxSpace.Shared)
            {
                continue;
            }
            if (variable.External)
            {
                throw new PtxException(
                    variable.Line,
                    variable.Name,
                    "an unresolved external variable"
                );
            }
            MemoryRegion region = memory.Allocate(
                (ulong)variable.Bytes,
                variable.Name,
                variable.Space,
                zeroed: true
            );
            variables[variable.Name] = region;
            variable.Initial?.CopyTo(new Span<byte>(region.Host, variable.Initial.Length));
        }
        foreach (PtxVariable variable in Source.Variables.Values)
        {
            foreach (PtxReference reference in variable.References)
            {
                ulong address =
                    Address(reference.Symbol)
                    ?? throw new PtxException(
                        variable.Line,
                        reference.Symbol,
                        "neither a variable nor a function"
                    );
                Span<byte> target = new(variables[variable.Name].Host, (int)variable.Bytes);
                BitConverter.TryWriteBytes(
                    target[reference.Offset..],
                    address + (ulong)reference.Addend
                );
            }
        }
    }
}

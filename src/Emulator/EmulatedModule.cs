using System.Text;

namespace Robustness.Emulator;

/// <summary>A loaded PTX module: its variables in device memory and its decoded kernels.</summary>
internal sealed unsafe class EmulatedModule : IDisposable
{
    private readonly DeviceMemory memory;
    private readonly Dictionary<string, MemoryRegion> variables = [];

    public EmulatedModule(string text, DeviceMemory memory)
    {
        this.memory = memory;
        Source = PtxParser.Parse(text);
        foreach (PtxFunction function in Source.Functions.Values)
        {
            if (function is { IsEntry: false, HasBody: true })
            {
                throw new PtxException(
                    function.Line,
                    function.Name,
                    "device functions are not supported"
                );
            }
        }
        try
        {
            PlaceVariables();
            foreach (PtxFunction function in Source.Functions.Values.Where(item => item.HasBody))
            {
                Kernels[function.Name] = FunctionDecoder.Decode(function, Source, Address);
            }
        }
        catch (PtxException)
        {
            Dispose();
            throw;
        }
    }

    public PtxModule Source { get; }

    public Dictionary<string, DecodedFunction> Kernels { get; } = [];

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

    private ulong? Address(string name)
    {
        if (variables.TryGetValue(name, out MemoryRegion? region))
        {
            return region.Start;
        }
        return null;
    }

    private void PlaceVariables()
    {
        foreach (PtxVariable variable in Source.Variables.Values)
        {
            if (variable.Space == PtxSpace.Shared)
            {
                CheckShared(variable);
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
                variable.Space
            );
            variables[variable.Name] = region;
            new Span<byte>(region.Host, (int)variable.Bytes).Clear();
            variable.Initial?.CopyTo(new Span<byte>(region.Host, (int)variable.Bytes));
            region.SetValid(0, region.Bytes);
        }
        foreach (PtxVariable variable in Source.Variables.Values)
        {
            foreach (PtxReference reference in variable.References)
            {
                ulong address =
                    Address(reference.Symbol)
                    ?? throw new PtxException(variable.Line, reference.Symbol, "not a variable");
                Span<byte> target = new(variables[variable.Name].Host, (int)variable.Bytes);
                BitConverter.TryWriteBytes(
                    target[reference.Offset..],
                    address + (ulong)reference.Addend
                );
            }
        }
    }

    /// <summary>Only dynamic shared memory stands outside of entries.</summary>
    private static void CheckShared(PtxVariable variable)
    {
        if (variable.Bytes > 0 && !variable.External)
        {
            throw new PtxException(
                variable.Line,
                variable.Name,
                "static shared variables stand in entries"
            );
        }
    }
}

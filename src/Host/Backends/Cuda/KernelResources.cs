using System.Globalization;
using System.Text.RegularExpressions;

namespace Robustness.Backends.Cuda;

/// <summary>What one kernel takes of a multiprocessor, as the assembler says.</summary>
/// <param name="Kernel">Its name.</param>
/// <param name="Registers">Per thread.</param>
/// <param name="StackBytes">Local memory per thread, spills included.</param>
/// <param name="SpillBytes">Stores plus loads of spilled registers.</param>
/// <param name="SharedBytes">Static shared memory per block.</param>
public sealed record KernelResources(
    string Kernel,
    int Registers,
    int StackBytes,
    int SpillBytes,
    int SharedBytes
)
{
    /// <summary>
    /// Blocks that a multiprocessor of compute capability 8.0 or 9.0 holds at a time: limits are
    /// 64 warps, 32 blocks, 65,536 registers in units of 256 a warp, and shared memory with
    /// 1 KiB a block for the system (CUDA C++ programming guide, technical specifications).
    /// </summary>
    /// <param name="threads">Threads of a block.</param>
    /// <param name="computeCapability">80 or 90.</param>
    public int BlocksPerMultiprocessor(int threads, int computeCapability)
    {
        const int MostBlocks = 32;
        const int MostWarps = 64;
        int sharedLimit = (computeCapability >= 90 ? 228 : 164) << 10;
        int warps = (threads + 31) / 32;
        int registersPerWarp = ((Registers * 32) + 255) / 256 * 256;
        int byRegisters = 65536 / Math.Max(1, registersPerWarp) / warps;
        int byShared = sharedLimit / (SharedBytes + 1024);
        return Math.Min(Math.Min(MostBlocks, MostWarps / warps), Math.Min(byRegisters, byShared));
    }
}

/// <summary>
/// Reads the assembler's lines in a compilation log; lines it does not know are skipped.
/// </summary>
public static partial class AssemblerLog
{
    /// <summary>The kernels of the log, by name.</summary>
    public static IReadOnlyList<KernelResources> Read(string log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var kernels = new SortedDictionary<string, KernelResources>(StringComparer.Ordinal);
        string entry = "";
        string function = "";
        foreach (string line in log.Split('\n'))
        {
            if (EntryLine().Match(line) is { Success: true } compiling)
            {
                entry = compiling.Groups[1].Value;
                function = entry;
                kernels[entry] = new KernelResources(entry, 0, 0, 0, 0);
            }
            else if (FunctionLine().Match(line) is { Success: true } properties)
            {
                function = properties.Groups[1].Value;
            }
            else if (entry.Length > 0)
            {
                kernels[entry] = WithFields(kernels[entry], line, function == entry);
            }
        }
        return [.. kernels.Values];
    }

    // Stack and spills stand below the function they belong to, registers below the entry.
    private static KernelResources WithFields(KernelResources kernel, string line, bool isOwn)
    {
        int Field(Regex pattern) =>
            pattern.Match(line) is { Success: true } found
                ? int.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture)
                : 0;
        int stack = isOwn ? Field(StackField()) : 0;
        int spills = Field(StoreField()) + Field(LoadField());
        return kernel with
        {
            StackBytes = kernel.StackBytes + stack,
            SpillBytes = kernel.SpillBytes + spills,
            Registers = Math.Max(kernel.Registers, Field(RegisterField())),
            SharedBytes = Math.Max(kernel.SharedBytes, Field(SharedField())),
        };
    }

    [GeneratedRegex("Compiling entry function '([^']+)'")]
    private static partial Regex EntryLine();

    [GeneratedRegex(@"Function properties for (\S+)")]
    private static partial Regex FunctionLine();

    [GeneratedRegex("([0-9]+) bytes stack frame")]
    private static partial Regex StackField();

    [GeneratedRegex("([0-9]+) bytes spill stores")]
    private static partial Regex StoreField();

    [GeneratedRegex("([0-9]+) bytes spill loads")]
    private static partial Regex LoadField();

    [GeneratedRegex("Used ([0-9]+) registers")]
    private static partial Regex RegisterField();

    [GeneratedRegex("([0-9]+) bytes smem")]
    private static partial Regex SharedField();
}

using System.Text.RegularExpressions;

namespace Robustness.Backends.Cuda;

/// <summary>A kernel as the head of its file describes it.</summary>
/// <param name="Name">Name of the entry.</param>
/// <param name="File">Its source file.</param>
/// <param name="Description">What works on what.</param>
/// <param name="Bytes">Least bytes moved, as a formula.</param>
/// <param name="Flops">Arithmetic done, as a formula.</param>
public sealed record KernelEntry(
    string Name,
    string File,
    string Description,
    string Bytes,
    string Flops
);

/// <summary>
/// The kernels of the engine, read from the heads of their files: a name indented by three, then
/// <c>bytes</c> and <c>flops</c> indented by five, which hold for all names since the last ones.
/// </summary>
public static partial class KernelInventory
{
    /// <summary>In the order of the files and their heads.</summary>
    public static IReadOnlyList<KernelEntry> Read(KernelSources sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        var entries = new List<KernelEntry>();
        foreach ((string file, string text) in sources.Files)
        {
            ReadHead(file, text, entries);
        }
        return entries;
    }

    private static void ReadHead(string file, string text, List<KernelEntry> entries)
    {
        int first = entries.Count;
        string bytes = "";
        foreach (string line in text.Split('\n').TakeWhile(l => l.StartsWith("//", Ordinal)))
        {
            if (NameLine().Match(line) is { Success: true } name)
            {
                string description = name.Groups[2].Value.Trim();
                entries.Add(new KernelEntry(name.Groups[1].Value, file, description, "", ""));
            }
            else if (CostLine().Match(line) is { Success: true } cost)
            {
                string formula = cost.Groups[2].Value.Trim();
                if (cost.Groups[1].Value == "bytes")
                {
                    bytes = formula;
                    continue;
                }
                for (; first < entries.Count; first++)
                {
                    entries[first] = entries[first] with { Bytes = bytes, Flops = formula };
                }
            }
        }
    }

    private const StringComparison Ordinal = StringComparison.Ordinal;

    [GeneratedRegex("^//   ([a-z][a-z0-9_]*)(?:  +(.*))?$")]
    private static partial Regex NameLine();

    [GeneratedRegex("^//     (bytes|flops) +(.*)$")]
    private static partial Regex CostLine();
}

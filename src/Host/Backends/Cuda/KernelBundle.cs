using System.Text;

namespace Robustness.Backends.Cuda;

/// <summary>
/// PTX for compute_80 that comes with the program, for machines without NVRTC. Its first line
/// holds the hash of the sources that it was made from.
/// </summary>
/// <param name="SourcesHash">Hash of the sources.</param>
/// <param name="Ptx">The text, stamp included.</param>
public sealed record KernelBundle(string SourcesHash, string Ptx)
{
    /// <summary>Architecture that the bundle is compiled for; newer devices run it too.</summary>
    public const string Architecture = "compute_80";

    /// <summary>Path of the file within the repository.</summary>
    public const string RepositoryPath = "src/Kernels/kernels.compute_80.ptx";

    private const string Resource = "kernels/kernels.compute_80.ptx";
    private const string Stamp = "// sources sha256 ";

    /// <summary>The bundle in this program.</summary>
    public static KernelBundle Embedded()
    {
        using var reader = new StreamReader(
            typeof(KernelBundle).Assembly.GetManifestResourceStream(Resource)!,
            Encoding.UTF8
        );
        string text = reader.ReadToEnd().ReplaceLineEndings("\n");
        int end = text.IndexOf('\n', StringComparison.Ordinal);
        bool stamped = text.StartsWith(Stamp, StringComparison.Ordinal);
        return new KernelBundle(stamped ? text[Stamp.Length..end] : "", text);
    }

    /// <summary>A bundle of freshly compiled PTX.</summary>
    public static KernelBundle Create(KernelSources sources, string ptx)
    {
        ArgumentNullException.ThrowIfNull(sources);
        return new KernelBundle(sources.Hash, $"{Stamp}{sources.Hash}\n{ptx}");
    }

    /// <summary>Whether it was made from these sources.</summary>
    public bool IsOf(KernelSources sources) => SourcesHash == sources?.Hash;
}

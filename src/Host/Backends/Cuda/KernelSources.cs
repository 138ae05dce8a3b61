using System.Security.Cryptography;
using System.Text;

namespace Robustness.Backends.Cuda;

/// <summary>The CUDA C++ of the engine, as this program was built with it.</summary>
public sealed class KernelSources
{
    /// <summary>The translation unit that includes all others.</summary>
    public const string Main = "kernels.cu";

    private const string Prefix = "kernels/";

    private KernelSources(SortedDictionary<string, string> files)
    {
        Files = files;
        Hash = HashOf(files);
    }

    /// <summary>Name, as includes write it, to text.</summary>
    public IReadOnlyDictionary<string, string> Files { get; }

    /// <summary>SHA-256 of names and texts, in hex.</summary>
    public string Hash { get; }

    /// <summary>The sources in this program.</summary>
    public static KernelSources Embedded()
    {
        var assembly = typeof(KernelSources).Assembly;
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in assembly.GetManifestResourceNames())
        {
            if (
                name.StartsWith(Prefix, StringComparison.Ordinal)
                && Path.GetExtension(name) is ".cu" or ".cuh"
            )
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                files[name[Prefix.Length..]] = reader.ReadToEnd().ReplaceLineEndings("\n");
            }
        }
        return new KernelSources(files);
    }

    private static string HashOf(SortedDictionary<string, string> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string name, string text) in files)
        {
            // No name and no text holds a NUL, so no two sets of files look alike.
            hash.AppendData(Encoding.UTF8.GetBytes(name + '\0' + text + '\0'));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Robustness.Tests.Architecture;

/// <summary>
/// Folder = namespace = layer, and a file uses only its own layer and those above.
/// </summary>
[TestFixture]
public sealed partial class LayerTests
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    // From the top: each may use those before it.
    private static readonly string[] s_layers =
    [
        "Interop",
        "Emulator",
        "Numerics",
        "Data",
        "Tokens",
        "Compute",
        "Models",
        "Backends.Cpu",
        "Backends.Cuda",
        "Attacks",
        "Training",
        "Results",
        "Study",
        "Analysis",
        "Reporting",
        "Cli",
    ];

    // Driver and emulator are for the backend that drives them, and for the command line.
    private static readonly string[] s_usersOfDrivers =
    [
        "Interop",
        "Emulator",
        "Backends.Cuda",
        "Cli",
    ];

    private static readonly string[] s_folders = ["src/Host", "src/Interop", "src/Emulator"];

    [Test]
    public void TheNamespaceIsTheFolder()
    {
        var wrong = Sources()
            .Where(s => s.Namespace != "Robustness." + s.Layer)
            .Select(s => $"{s.Path}: namespace {s.Namespace}");

        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void FilesUseOnlyLayersAbove()
    {
        var wrong =
            from source in Sources()
            from used in source.Used
            where Index(source.Layer) < 0 || Index(used) > Index(source.Layer)
            select $"{source.Path} uses {used}";

        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void OnlyTheCommandLineNamesBackends()
    {
        var wrong =
            from source in Sources()
            where !source.Layer.StartsWith("Cli", Ordinal)
            where !source.Layer.StartsWith("Backends", Ordinal)
            from used in source.Used
            where used.StartsWith("Backends", Ordinal)
            select $"{source.Path} uses {used}";

        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void OnlyTheCudaBackendKnowsDrivers()
    {
        var wrong =
            from source in Sources()
            where !s_usersOfDrivers.Contains(source.Layer)
            where !source.Layer.StartsWith("Cli.", Ordinal)
            from used in source.Used
            where used is "Interop" or "Emulator"
            select $"{source.Path} uses {used}";

        Assert.That(wrong, Is.Empty);
    }

    private static int Index(string layer) =>
        Array.FindIndex(s_layers, l => layer == l || layer.StartsWith(l + ".", Ordinal));

    // Files without a namespace (the entry point, assembly attributes) belong to no layer.
    private static IEnumerable<Source> Sources() =>
        Repository.Files(".cs", s_folders).Select(Source.Read).Where(s => s.Namespace.Length > 0);

    private sealed record Source(string Path, string Layer, string Namespace, string[] Used)
    {
        public static Source Read(string path)
        {
            string relative = Repository.Relative(path);
            string text = File.ReadAllText(path);
            string folder = System.IO.Path.GetDirectoryName(relative)!.Replace('\\', '/');
            string layer = folder.StartsWith("src/Host/", Ordinal)
                ? folder["src/Host/".Length..]
                : folder["src/".Length..];
            return new Source(
                relative,
                layer.Replace('/', '.'),
                NamespaceLine().Match(text).Groups[1].Value,
                [.. UsingLine().Matches(text).Select(m => m.Groups[1].Value).Distinct()]
            );
        }
    }

    [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^using (?:static )?(?:\w+ = )?Robustness\.([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex UsingLine();
}

using System.Text.RegularExpressions;
using NUnit.Framework;
using Robustness.Backends.Cuda;
using Robustness.Cli.Kernels;
using Robustness.Compute;
using Robustness.Emulator;
using Robustness.Interop;

namespace Robustness.Tests.Cuda;

/// <summary>Sources, bundle and inventory belong together; names are the same everywhere.</summary>
[TestFixture]
public sealed partial class KernelSourceTests
{
    // Steps that several operations share.
    private static readonly string[] s_steps =
    [
        "add_chunks",
        "sort_count",
        "sort_offsets",
        "sort_scatter",
    ];

    private static readonly KernelSources s_sources = KernelSources.Embedded();

    [Test]
    public void TheBundleIsOfTheseSources() =>
        Assert.That(
            KernelBundle.Embedded().IsOf(s_sources),
            Is.True,
            "stale: run kernels compile --bundle, then build again"
        );

    [Test]
    public void TheCompilerMakesTheBundlesKernels()
    {
        NvrtcCompiler? compiler = NvrtcCompiler.TryLoad(out string reason);
        if (compiler is null)
        {
            Assert.Ignore(reason);
        }
        // The compiler numbers registers anew in every run, so texts cannot be compared.
        var compilation = new KernelCompilation(s_sources, compiler!);
        string made = compilation.CompilePtx(KernelBundle.Architecture);
        Assert.That(Heads(made), Is.EqualTo(Heads(KernelBundle.Embedded().Ptx)));
    }

    private static IEnumerable<string> Heads(string ptx) =>
        PtxSignature
            .ReadAll(ptx)
            .Values.Select(s => $"{s.Kernel} {s.MaxThreads} {string.Join(' ', s.ParameterBytes)}")
            .Order(StringComparer.Ordinal);

    [Test]
    public void TheTranslationUnitIncludesEveryFile()
    {
        var included = IncludeLine()
            .Matches(s_sources.Files[KernelSources.Main])
            .Select(match => match.Groups[1].Value);
        var files = s_sources.Files.Keys.Where(name => name != KernelSources.Main);
        Assert.That(included, Is.EquivalentTo(files));
    }

    [Test]
    public void EveryKernelIsInTheInventoryWithItsCosts()
    {
        var entries = KernelInventory.Read(s_sources);
        var kernels = PtxSignature.ReadAll(KernelBundle.Embedded().Ptx).Keys;
        Assert.That(entries.Select(e => e.Name), Is.EquivalentTo(kernels));
        Assert.That(entries.Where(e => e.Bytes.Length == 0 || e.Flops.Length == 0), Is.Empty);
    }

    [Test]
    public void EveryKernelIsNamedAfterAnOperationThatHasACost()
    {
        var costs = typeof(KernelCost).GetMethods().Select(method => method.Name).ToHashSet();
        foreach (KernelEntry entry in KernelInventory.Read(s_sources))
        {
            string operation = KernelsListCommand.Operation(entry.Name);
            if (s_steps.Contains(entry.Name))
            {
                Assert.That(operation, Is.Empty, entry.Name);
                continue;
            }
            Assert.That(operation, Is.Not.Empty, entry.Name);
            Assert.That(costs, Does.Contain(operation), entry.Name);
        }
    }

    [Test]
    public void EveryKernelStandsInTheDocumentation()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs/kernels.md"));
        var missing = KernelInventory
            .Read(s_sources)
            .Where(entry => !page.Contains($"`{entry.Name}`", StringComparison.Ordinal));
        Assert.That(missing, Is.Empty);
    }

    [Test]
    public void KernelsUseNeitherFloatAtomicsNorBareWarpSizes()
    {
        foreach ((string file, string text) in s_sources.Files)
        {
            Assert.That(text, Does.Not.Contain("atomicAdd").And.Not.Contain("#include <"), file);
            Assert.That(text, Does.Not.Match(@"[%/] 32\b"), file);
            Assert.That(text.Split('\n').Where(line => line.Length > 100), Is.Empty, file);
        }
    }

    [GeneratedRegex("#include \"([^\"]+)\"")]
    private static partial Regex IncludeLine();
}

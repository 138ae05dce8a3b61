using System.Text.Json.Nodes;
using NUnit.Framework;
using Robustness.Backends.Cuda;
using Robustness.Emulator;
using Robustness.Interop;

namespace Robustness.Tests.Cli;

/// <summary><c>kernels list</c> and, where NVRTC is installed, <c>kernels compile</c>.</summary>
[TestFixture]
public sealed class KernelsCompileTests
{
    [Test]
    public void TheListHasEveryKernelOfTheBundleWithItsCosts()
    {
        JsonArray rows = CommandRun.Good("kernels", "list", "--json").Json.AsArray();
        var names = rows.Select(row => (string)row!["name"]!);
        var bundled = PtxSignature.ReadAll(KernelBundle.Embedded().Ptx).Keys;
        Assert.That(names, Is.EquivalentTo(bundled));
        JsonNode gradient = rows.Single(row => (string)row!["name"]! == "embedding_backward")!;
        Assert.That((string?)gradient["operation"], Is.EqualTo("EmbeddingBackward"));
        Assert.That((string?)gradient["file"], Is.EqualTo("src/Kernels/embedding.cuh"));
        Assert.That((string?)gradient["flops"], Is.EqualTo("N·C"));
    }

    [Test]
    public void NoKernelSpillsAndThePtxIsWritten()
    {
        NeedNvrtc();
        using var folder = new TemporaryFolder();
        string file = folder.Of("kernels.ptx");
        JsonArray rows = CommandRun
            .Good("kernels", "compile", "--arch", "sm_90", "--ptx-out", file, "--json")
            .Json.AsArray();
        string ptx = File.ReadAllText(file);
        Assert.That(ptx, Does.Contain(".target sm_90"));
        Assert.That(
            rows.Select(row => (string)row!["kernel"]!),
            Is.EquivalentTo(PtxSignature.ReadAll(ptx).Keys)
        );
        Assert.That(rows.Select(row => (int)row!["spill_bytes"]!), Has.All.Zero);
        Assert.That(rows.Select(row => (int)row!["registers"]!), Has.All.InRange(1, 128));
        Assert.That(rows.Select(row => (double)row!["occupancy"]!), Has.All.InRange(0.2, 1.0));
    }

    [TestCase("sm_70", "--arch: found sm_70; allowed by NVRTC")]
    [TestCase("compute_80", "--arch: found 'compute_80'; allowed: real architectures")]
    [TestCase("sm_80,", "--arch: found ''; allowed: real architectures")]
    public void AnArchitectureThatTheKernelsCannotHaveIsNamed(string given, string message)
    {
        NeedNvrtc();
        CommandRun run = CommandRun.Of("kernels", "compile", "--arch", given);
        Assert.That(run.Code, Is.EqualTo(2));
        Assert.That(run.Faults.Single(), Does.Contain(message).And.Not.Contain("sm_75"));
    }

    [Test]
    public void APtxFileThatCannotBeWrittenIsNamed()
    {
        NeedNvrtc();
        using var folder = new TemporaryFolder();
        string file = folder.Of("absent/kernels.ptx");
        File.WriteAllText(folder.Of("absent"), "a file, no folder");
        CommandRun run = CommandRun.Of("kernels", "compile", "--arch", "sm_80", "--ptx-out", file);
        Assert.That(run.Code, Is.EqualTo(2));
        Assert.That(run.Faults.Single(), Does.Contain($"{file}: cannot be written: "));
    }

    private static void NeedNvrtc()
    {
        if (NvrtcCompiler.TryLoad(out string reason) is null)
        {
            Assert.Ignore(reason);
        }
    }
}

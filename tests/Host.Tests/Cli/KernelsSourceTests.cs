using System.Text.Json.Nodes;
using NUnit.Framework;
using Robustness.Interop;

namespace Robustness.Tests.Cli;

/// <summary><c>kernels run</c> on CUDA C++, where NVRTC is installed.</summary>
[TestFixture]
public sealed class KernelsSourceTests
{
    private const string Case = """
        {
          "source": "twice.cu",
          "options": ["-DFACTOR=2"],
          "buffers": { "y": { "type": "i32", "count": 40, "output": true } },
          "launches": [
            { "kernel": "twice", "grid": [1], "block": [64],
              "arguments": [ { "buffer": "y" }, { "i32": COUNT } ] }
          ]
        }
        """;

    private const string Source = """
        #include "factor.cuh"
        extern "C" __global__ void twice(int* y, int n) {
            const int i = threadIdx.x;
            if (i >= n) return;
            y[i] = factor() * i;
        }
        """;

    private const string Header = "__device__ int factor() {\n    return FACTOR;\n}\n";

    private KernelCases _cases = null!;

    [SetUp]
    public void Prepare()
    {
        if (NvrtcCompiler.TryLoad(out string reason) is null)
        {
            Assert.Ignore(reason);
        }
        _cases = new KernelCases();
        _cases.Write("twice.cu", Source);
        _cases.Write("factor.cuh", Header);
    }

    [TearDown]
    public void Remove() => _cases?.Dispose();

    [Test]
    public void SourceIsCompiledWithItsHeadersAndOptions()
    {
        var (code, errors) = Run(40);
        Assert.That(code, Is.Zero, errors);
        int[] expected = [.. Enumerable.Range(0, 40).Select(i => 2 * i)];
        Assert.That(_cases.Output<int>("y"), Is.EqualTo(expected));
        JsonObject coverage = _cases.Report()["launches"]![0]!["coverage"]!.AsObject();
        Assert.That(coverage["twice.cu"]!["4"], Is.Not.Null);
    }

    [Test]
    public void AFaultNamesTheSourceLine()
    {
        var (code, _) = Run(41);
        Assert.That(code, Is.EqualTo(1));
        JsonNode fault = _cases.Report()["launches"]![0]!["faults"]![0]!;
        Assert.That((string?)fault["source"], Is.EqualTo("twice.cu"));
        Assert.That((int)fault["line"]!, Is.EqualTo(5));
        Assert.That(fault["thread"]!.ToJsonString(), Is.EqualTo("[40,0,0]"));
    }

    [Test]
    public void ACompileErrorIsOneLineAndTheCompilersLog()
    {
        _cases.Write("factor.cuh", Header.Replace("FACTOR;", "FACTOR", StringComparison.Ordinal));
        var (code, errors) = Run(40);
        Assert.That(code, Is.EqualTo(2));
        Assert.That(errors, Does.StartWith("error: twice.cu: nvrtcCompileProgram failed"));
        Assert.That(errors, Does.Contain("factor.cuh(3): error: expected a \";\""));
        Assert.That(errors.Split('\n').Count(l => l.StartsWith("error: ")), Is.EqualTo(1));
    }

    [Test]
    public void AnOptionThatTheCompilerDoesNotKnowIsSaid()
    {
        _cases.Write("c.json", Case.Replace("COUNT", "40").Replace("-DFACTOR=2", "--frobnicate"));
        var (code, errors) = _cases.RunFile("c.json");
        Assert.That(code, Is.EqualTo(2));
        Assert.That(errors, Does.Contain("InvalidOption").And.Contain("frobnicate"));
    }

    private (int Code, string Errors) Run(int count)
    {
        _cases.Write("c.json", Case.Replace("COUNT", $"{count}"));
        return _cases.RunFile("c.json");
    }
}

using System.Text.Json.Nodes;
using NUnit.Framework;

namespace Robustness.Tests.Cli;

/// <summary><c>kernels run</c>: outputs, reports, faults and bad input.</summary>
[TestFixture]
public sealed class KernelsRunTests
{
    [Test]
    public void OutputsAndReportAreWritten()
    {
        using var cases = new KernelCases();
        var (code, errors) = cases.Run();
        Assert.That(code, Is.Zero, errors);
        float[] expected = [.. Enumerable.Range(0, 100).Select(i => 2 * (0.5f + (0.25f * i)))];
        Assert.That(cases.Output<float>("y"), Is.EqualTo(expected));
        Assert.That(cases.Output<uint>("counter"), Is.EqualTo((uint[])[300]));
        JsonObject report = cases.Report();
        Assert.That((string?)report["backend"], Is.EqualTo("emulator"));
        Assert.That(report["checks"]!.AsArray(), Has.Count.EqualTo(6));
        JsonNode launch = report["launches"]![0]!;
        Assert.That((string?)launch["kernel"], Is.EqualTo("scale"));
        Assert.That(launch["faults"]!.AsArray(), Is.Empty);
        JsonNode counters = launch["counters"]!;
        Assert.That((long)counters["flops"]!, Is.EqualTo(100));
        Assert.That((long)counters["atomics"]!, Is.EqualTo(100));
        Assert.That((long)counters["global_load_sectors"]!, Is.EqualTo(13));
        Assert.That(counters["by_class"]!.AsObject(), Has.Count.EqualTo(10));
    }

    [Test]
    public void AFaultEndsWith1AndSaysWhere()
    {
        using var cases = new KernelCases();
        var (code, errors) = cases.Run(("\"i32\": 100", "\"i32\": 101"));
        Assert.That(code, Is.EqualTo(1));
        Assert.That(errors, Does.Contain("out-of-bounds: block [1,0,0], thread [36,0,0]"));
        JsonNode fault = cases.Report()["launches"]![0]!["faults"]![0]!;
        Assert.That((string?)fault["kind"], Is.EqualTo("out-of-bounds"));
        Assert.That((string?)fault["access"], Is.EqualTo("load"));
        Assert.That((string?)fault["space"], Is.EqualTo("global"));
        Assert.That((string?)fault["buffer"], Is.EqualTo("x"));
        Assert.That((int)fault["distance"]!, Is.Zero);
        Assert.That((int)fault["ptx_line"]!, Is.EqualTo(26));
        Assert.That(fault["line"], Is.Null);
        Assert.That(cases.Output<float>("y"), Has.Length.EqualTo(100));
    }

    [Test]
    public void WithoutTheCheckThereIsNoFault()
    {
        using var cases = new KernelCases();
        _ = cases.Run(("\"i32\": 100", "\"i32\": 101"));
        var (code, _) = cases.RunFile("case.json", "--check", "race,barrier");
        Assert.That(code, Is.Zero);
        Assert.That(cases.Report()["checks"]!.ToJsonString(), Is.EqualTo("[\"race\",\"barrier\"]"));
    }

    [Test]
    public void FaultsMayBeReportedOnly()
    {
        using var cases = new KernelCases();
        var (code, _) = cases.Run(
            ("\"i32\": 100", "\"i32\": 101"),
            ("\"launches\"", "\"fail_on_fault\": false, \"launches\"")
        );
        Assert.That(code, Is.Zero);
        Assert.That(cases.Report()["launches"]![0]!["faults"]!.AsArray(), Has.Count.EqualTo(2));
    }

    [Test]
    public void AnUninitialisedBufferIsAFaultWhenItIsRead()
    {
        using var cases = new KernelCases();
        var (code, errors) = cases.Run((", \"init\": { \"arange\": [0.5, 0.25] }", ""));
        Assert.That(code, Is.EqualTo(1));
        Assert.That(errors, Does.Contain("uninitialized"));
    }

    [Test]
    public void AnUnknownTypeIsTheOnlyFaultOfItsBuffer()
    {
        using var cases = new KernelCases();
        var (code, errors) = cases.Run(
            ("\"f32\", \"count\": 100, \"i", "\"f31\", \"count\": 100, \"i")
        );
        Assert.That(code, Is.EqualTo(2));
        Assert.That(errors.Trim().Split('\n'), Has.Length.EqualTo(1));
        Assert.That(errors, Does.Contain("buffers.x.type: found \"f31\"; allowed: u8, i8"));
    }

    [Test]
    public void WhatIsNoJsonIsPlaced()
    {
        using var cases = new KernelCases();
        cases.Write("cut.json", "{\n  \"ptx\": ");
        var (code, errors) = cases.RunFile("cut.json");
        Assert.That(code, Is.EqualTo(2));
        Assert.That(errors, Does.Match(@"cut\.json: not a JSON document: line 2, byte \d+: \S"));
        Assert.That(errors, Does.Not.Contain("LineNumber"));
    }

    [TestCase("\"arange\"", "\"arrange\"", "buffers.x.init.arrange: found an unknown field")]
    [TestCase(
        "\"f32\", \"count\": 100, \"o",
        "\"f33\", \"count\": 100, \"o",
        "buffers.y.type: found \"f33\""
    )]
    [TestCase("[0.5, 0.25]", "[0.5]", "buffers.x.init.arange: found [0.5]; allowed: [start, step]")]
    [TestCase(
        "[2, 1, 1]",
        "[0, 1, 1]",
        "launches[0].grid[0]: found 0; allowed: a whole number from 1"
    )]
    [TestCase(
        "[64, 1, 1]",
        "[64, 32, 1]",
        "launches[0].block: found 2048 threads; allowed: at most 1024"
    )]
    [TestCase(
        "[64, 1, 1]",
        "[512, 1, 1]",
        "launches[0].block: found 512 threads; allowed: at most 256"
    )]
    [TestCase(
        "\"shared\": 0",
        "\"shared\": 200000",
        "launches[0].shared: cuFuncSetAttribute failed"
    )]
    [TestCase(
        "\"kernel\": \"scale\"",
        "\"kernel\": \"skale\"",
        "kernel: found \"skale\"; allowed: scale."
    )]
    [TestCase(", { \"i32\": 100 }", "", "launches[0].arguments: found 3; allowed: 4")]
    [TestCase(
        "{ \"i32\": 100 }",
        "{ \"i64\": 100 }",
        "launches[0].arguments[3]: found 8 bytes (i64); allowed: 4"
    )]
    [TestCase(
        "{ \"i32\": 100 }",
        "{ \"u32\": -1 }",
        "arguments[3].u32: found -1; allowed: a whole number from 0"
    )]
    [TestCase(
        "{ \"buffer\": \"x\" }",
        "{ \"buffer\": \"z\" }",
        "arguments[1].buffer: found \"z\"; allowed: a buffer"
    )]
    [TestCase(
        "{ \"buffer\": \"x\" }",
        "{ \"buffer\": \"x\", \"offset\": 101 }",
        "arguments[1].offset: found 101; allowed: a whole number from 0 to 100"
    )]
    [TestCase(
        "\"shared\": 0",
        "\"cluster\": [2, 1, 1]",
        "launches[0].cluster: found a cluster launch"
    )]
    [TestCase(
        "\"values\": [3]",
        "\"values\": [3, 4]",
        "constants.shift: found 8 bytes; allowed: 4, the size of the variable"
    )]
    [TestCase("\"shift\"", "\"shaft\"", "constants.shaft: cuModuleGetGlobal failed")]
    [TestCase(
        "\"values\": [3]",
        "\"values\": [3], \"fill\": 1",
        "constants.shift.init: found values and fill"
    )]
    [TestCase(
        "\"values\": [3]",
        "\"values\": [4294967296]",
        "constants.shift.init.values[0]: found 4294967296"
    )]
    [TestCase(
        "\"values\": [3]",
        "\"file\": \"none.bin\"",
        "constants.shift.init.file: found \"none.bin\"; allowed: a file that exists"
    )]
    [TestCase(
        "\"ptx\": \"scale.ptx\"",
        "\"ptx\": \"none.ptx\"",
        "ptx: found \"none.ptx\"; allowed: a file that exists"
    )]
    [TestCase(
        "\"ptx\": \"scale.ptx\"",
        "\"ptx\": \"scale.ptx\", \"builtin\": true",
        "found ptx and builtin; allowed: one of source, ptx, builtin"
    )]
    [TestCase(
        "\"launches\"",
        "\"limits\": { \"instructions_per_thread\": 0 }, \"launches\"",
        "limits.instructions_per_thread: found 0"
    )]
    [TestCase("\"count\": 100, \"init\"", "\"count\": -1, \"init\"", "buffers.x.count: found -1")]
    [TestCase("\"launches\"", "\"buffers\": {}, \"launches\"", "not a JSON document")]
    public void BadInputIsOneLineThatNamesTheField(string old, string changed, string line)
    {
        using var cases = new KernelCases();
        var (code, errors) = cases.Run((old, changed));
        Assert.That(code, Is.EqualTo(2), errors);
        Assert.That(errors, Does.StartWith("error: ").And.Contain(line));
        Assert.That(errors.TrimEnd().Split('\n'), Has.Length.EqualTo(1), errors);
        Assert.That(File.Exists(cases.Of("out/report.json")), Is.False);
    }

    [TestCase("Hello, this is no PTX.")]
    [TestCase(".version 7.8\n.target sm_80\n.address_size 64\n.visible .entry scale(")]
    [TestCase("")]
    public void WhatIsNotPtxIsSaid(string text)
    {
        using var cases = new KernelCases();
        cases.Write("scale.ptx", text);
        var (code, errors) = cases.Run();
        Assert.That(code, Is.EqualTo(2), errors);
        Assert.That(errors, Does.StartWith("error: ").And.Contain("PTX line"));
        Assert.That(errors.TrimEnd().Split('\n'), Has.Length.EqualTo(1), errors);
    }

    [Test]
    public void AFileOfTheWrongSizeIsSaid()
    {
        using var cases = new KernelCases();
        cases.Write("x.bin", "123456789");
        var (code, errors) = cases.Run(("\"arange\": [0.5, 0.25]", "\"file\": \"x.bin\""));
        Assert.That(code, Is.EqualTo(2));
        Assert.That(errors, Does.Contain("found 9 bytes; allowed: 400 bytes, count 100 times 4"));
    }

    [Test]
    public void AnUnknownCheckIsSaid()
    {
        using var cases = new KernelCases();
        _ = cases.Run();
        var (code, errors) = cases.RunFile("case.json", "--check", "bounds,rice");
        Assert.That(code, Is.EqualTo(2));
        Assert.That(errors, Does.StartWith("error: --check: found 'rice'; allowed: all, none,"));
    }

    [Test]
    public void TheBuiltInKernelsRun()
    {
        using var cases = new KernelCases();
        cases.Write(
            "residual.json",
            """
            {
              "builtin": true,
              "buffers": {
                "y": { "type": "f32", "count": 300, "output": true },
                "a": { "type": "f32", "count": 300, "init": { "fill": 1.5 } },
                "b": { "type": "f32", "count": 300, "init": { "fill": -4 } }
              },
              "launches": [
                { "kernel": "residual_forward", "grid": [2], "block": [256],
                  "arguments": [ { "buffer": "y" }, { "buffer": "a" }, { "buffer": "b" },
                                 { "u64": 300 } ] }
              ]
            }
            """
        );
        var (code, errors) = cases.RunFile("residual.json");
        Assert.That(code, Is.Zero, errors);
        Assert.That(cases.Output<float>("y"), Has.All.EqualTo(-2.5f));
        JsonNode coverage = cases.Report()["launches"]![0]!["coverage"]!;
        Assert.That(coverage["elementwise.cuh"], Is.Not.Null);
    }
}

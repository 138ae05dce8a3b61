using System.Text.Json.Nodes;
using Robustness.Cli;
using Robustness.Cli.Kernels;

namespace Robustness.Tests.Cli;

/// <summary>
/// A folder with a kernel in PTX and a case that runs it: y[i] = a · x[i], i below n.
/// </summary>
internal sealed class KernelCases : IDisposable
{
    private const string Scale = """
        .version 7.8
        .target sm_80
        .address_size 64
        .visible .const .align 4 .u32 shift;
        .visible .global .align 4 .u32 counter;
        .visible .entry scale(.param .u64 y, .param .u64 x, .param .f32 a, .param .u32 n)
        .maxntid 256, 1, 1
        {
            .reg .pred %p<2>;
            .reg .f32 %f<4>;
            .reg .b32 %r<8>;
            .reg .b64 %rd<8>;
            ld.param.u64 %rd1, [y];
            ld.param.u64 %rd2, [x];
            ld.param.f32 %f1, [a];
            ld.param.u32 %r1, [n];
            mov.u32 %r2, %ctaid.x;
            mov.u32 %r3, %ntid.x;
            mov.u32 %r4, %tid.x;
            mad.lo.s32 %r5, %r2, %r3, %r4;
            setp.ge.u32 %p1, %r5, %r1;
            @%p1 bra DONE;
            mul.wide.u32 %rd3, %r5, 4;
            add.s64 %rd4, %rd1, %rd3;
            add.s64 %rd5, %rd2, %rd3;
            ld.global.f32 %f2, [%rd5];
            mul.f32 %f3, %f2, %f1;
            st.global.f32 [%rd4], %f3;
            ld.const.u32 %r6, [shift];
            mov.u64 %rd6, counter;
            atom.global.add.u32 %r7, [%rd6], %r6;
        DONE:
            ret;
        }
        """;

    private const string Case = """
        {
          "ptx": "scale.ptx",
          "buffers": {
            "x": { "type": "f32", "count": 100, "init": { "arange": [0.5, 0.25] } },
            "y": { "type": "f32", "count": 100, "output": true }
          },
          "constants": { "shift": { "type": "u32", "init": { "values": [3] } } },
          "globals": { "counter": { "type": "u32", "count": 1, "output": true } },
          "launches": [
            { "kernel": "scale", "grid": [2, 1, 1], "block": [64, 1, 1], "shared": 0,
              "arguments": [ { "buffer": "y" }, { "buffer": "x" }, { "f32": 2 }, { "i32": 100 } ] }
          ]
        }
        """;

    private readonly TemporaryFolder _folder = new();

    public KernelCases() => Write("scale.ptx", Scale);

    public string Of(string name) => _folder.Of(name);

    public void Write(string name, string text) => File.WriteAllText(Of(name), text);

    /// <summary>
    /// The case with some words replaced, run; outputs go to the folder <c>out</c>.
    /// </summary>
    public (int Code, string Errors) Run(params (string Old, string New)[] changes)
    {
        string text = changes.Aggregate(Case, (t, change) => t.Replace(change.Old, change.New));
        if (changes.Any(change => !Case.Contains(change.Old, StringComparison.Ordinal)))
        {
            throw new ArgumentException("A change finds nothing to change.");
        }
        Write("case.json", text);
        return RunFile("case.json");
    }

    /// <summary>The case as it stands.</summary>
    public KernelCase Read()
    {
        Write("case.json", Case);
        return KernelCaseReader.Read(Of("case.json"));
    }

    public (int Code, string Errors) RunFile(string name, params string[] options)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        int code = CommandLine.Run(
            ["kernels", "run", Of(name), "--out", Of("out"), .. options],
            new Terminal(output, errors, CancellationToken.None)
        );
        return (code, errors.ToString());
    }

    public JsonObject Report() =>
        JsonNode.Parse(File.ReadAllText(Of("out/report.json")))!.AsObject();

    public T[] Output<T>(string name)
        where T : unmanaged =>
        System
            .Runtime.InteropServices.MemoryMarshal.Cast<byte, T>(
                File.ReadAllBytes(Of($"out/{name}.bin"))
            )
            .ToArray();

    public void Dispose() => _folder.Dispose();
}

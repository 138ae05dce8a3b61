using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Robustness.Backends.Cpu;
using Robustness.Cli.Bench;
using Robustness.Models;
using Robustness.Results;

namespace Robustness.Cli;

/// <summary>
/// <c>doctor</c>: what this machine has, how fast it is, and whether the engine computes on it what
/// it should.
/// </summary>
internal static class DoctorCommand
{
    private const int Failed = 1;

    public static Command Create(Terminal terminal)
    {
        var json = CommonOptions.Json("what was found");
        var command = new Command(
            "doctor",
            "Shows what was found on this machine, measures its processor and tests the engine on "
                + "it. Ends with 1 when a test fails.\n\n"
                + "Examples:\n  robustness doctor\n  robustness doctor --json"
        )
        {
            json,
        };
        command.SetAction(parsed =>
        {
            var tests = SelfTest.Run();
            var found = Find(tests);
            foreach (var (name, value) in DoctorCuda.Find())
            {
                found[name] = value!.DeepClone();
            }
            if (parsed.GetValue(json))
            {
                terminal.Output.WriteLine(found.ToJsonString(JsonText.Indented));
            }
            else
            {
                Show(terminal, found, tests);
            }
            return tests.All(t => t.Passed) && !DoctorCuda.HasFailed(found) ? 0 : Failed;
        });
        return command;
    }

    private static JsonObject Find(IReadOnlyList<SelfTestResult> tests)
    {
        var machine = BenchMachine.Current();
        int chosen = BackendFactory.VectorBits();
        var memory = GC.GetGCMemoryInfo();
        return new JsonObject
        {
            ["version"] = ProgramVersion.Text,
            ["runtime"] = machine.Runtime,
            ["os"] = machine.Os,
            ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
            ["cpu"] = machine.Cpu,
            ["cores"] = machine.Cores,
            ["memory_bytes"] = memory.TotalAvailableMemoryBytes,
            ["memory_free_bytes"] = memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes,
            ["vector_bits"] = chosen,
            ["widest_vector_bits"] = machine.VectorBits,
            ["fma_peak_gflops_per_thread"] = Rounded(FmaPeak.Measure(1, machine.VectorBits)),
            ["fma_peak_gflops"] = Rounded(FmaPeak.Measure(machine.Cores, machine.VectorBits)),
            ["gflops_per_thread"] = Rounded(Calibration.FlopsPerSecond() / 1e9),
            ["backends"] = JsonText.ToNode(BackendFactory.Names),
            ["precisions"] = JsonText.ToNode(Precisions.Names.Select(p => p.Name)),
            ["self_test"] = JsonText.ToNode(tests),
        };
    }

    private static void Show(
        Terminal terminal,
        JsonObject found,
        IReadOnlyList<SelfTestResult> tests
    )
    {
        foreach (var (name, value) in found.Where(f => f.Key != "self_test"))
        {
            terminal.Say($"{name, -28} {value?.ToJsonString(JsonText.Compact).Trim('"')}");
        }
        foreach (var test in tests)
        {
            terminal.Say($"{(test.Passed ? "passed" : "FAILED"), -28} {test.Name}");
        }
        terminal.Say(
            "Everything runs on the CPU; a study needs nothing that is not here. "
                + $"{VectorWidth.Variable} forces a vector width."
        );
    }

    private static double Rounded(double gflops) => Math.Round(gflops, 1);
}

using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Robustness.Backends.Cpu;
using Robustness.Results;

namespace Robustness.Cli;

/// <summary><c>doctor</c>: what this machine has, and how fast one thread is on it.</summary>
internal static class DoctorCommand
{
    public static Command Create(Terminal terminal)
    {
        var json = CommonOptions.Json("what was found");
        var command = new Command(
            "doctor",
            "Shows what was found on this machine and measures one thread.\n\n"
                + "Example:\n  robustness doctor --json"
        )
        {
            json,
        };
        command.SetAction(parsed =>
        {
            var found = Find();
            if (parsed.GetValue(json))
            {
                terminal.Output.WriteLine(found.ToJsonString(JsonText.Indented));
                return 0;
            }
            foreach (var (name, value) in found)
            {
                terminal.Say($"{name, -28} {value}");
            }
            return 0;
        });
        return command;
    }

    private static JsonObject Find() =>
        new()
        {
            ["version"] = ProgramVersion.Text,
            ["runtime"] = RuntimeInformation.FrameworkDescription,
            ["os"] = RuntimeInformation.OSDescription,
            ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
            ["cores"] = Environment.ProcessorCount,
            ["memory_bytes"] = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            ["vector_bits"] = VectorWidth.Chosen(),
            ["widest_vector_bits"] = VectorWidth.Widest,
            ["gflops_per_thread"] = Math.Round(Calibration.FlopsPerSecond() / 1e9, 1),
        };
}

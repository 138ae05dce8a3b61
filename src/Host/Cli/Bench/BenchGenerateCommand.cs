using System.CommandLine;
using Robustness.Backends.Cpu;

namespace Robustness.Cli.Bench;

/// <summary><c>bench generate</c>: new tokens in a second.</summary>
internal static class BenchGenerateCommand
{
    public static Command Create(Terminal terminal)
    {
        var sizes = BenchOptions.Sizes("d", "Widths; 128,256 unless given.");
        var layers = BenchOptions.Count("--layers", 4, "Layers.");
        var prompt = BenchOptions.Count("--prompt", 64, "Tokens of a prompt.");
        // The first comes from the prompt; of five the median is one of the others.
        var tokens = BenchOptions.Count("--tokens", 64, "New tokens of a prompt.", least: 6);
        var batch = BenchOptions.Count("--batch", 16, "Prompts that go together.");
        var operations = BenchCommand.Operations();
        var command = new Command(
            GenerateBench.Name,
            "Greedy generation behind the key/value cache.\n\n"
                + "Examples:\n"
                + "  robustness bench generate --operations\n"
                + "  robustness bench generate --sizes 256 --batch 1 --json > generate.json\n"
                + "  robustness bench generate --compare generate.json"
        )
        {
            sizes,
            layers,
            prompt,
            tokens,
            batch,
            operations,
        };
        var options = new BenchOptions(command, BenchLayout.Generate);
        command.SetAction(parsed =>
        {
            int[][] widths = BenchOptions.Parse(
                "--sizes",
                parsed.GetValue(sizes) ?? "128,256",
                "d"
            );
            List<GenerateBenchSize> list =
            [
                .. widths.Select(width => new GenerateBenchSize(
                    width[0],
                    parsed.GetValue(layers),
                    parsed.GetValue(prompt),
                    parsed.GetValue(tokens),
                    parsed.GetValue(batch)
                )),
            ];
            return options.Run(
                terminal,
                parsed,
                () =>
                    new GenerateBench(TimeProvider.System).Run(
                        options.Threads(parsed),
                        VectorWidth.Chosen(),
                        list,
                        parsed.GetValue(operations)
                    )
            );
        });
        return command;
    }
}

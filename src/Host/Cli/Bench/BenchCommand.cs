using System.CommandLine;
using Robustness.Backends.Cpu;

namespace Robustness.Cli.Bench;

/// <summary>
/// <c>bench gemm|train|attack|generate</c>: speed, as a share of the processor's peak.
/// </summary>
internal static class BenchCommand
{
    public static Command Create(Terminal terminal) =>
        new("bench", "Measures speed as a share of the multiply-add peak of the same run.")
        {
            Gemm(terminal),
            Train(terminal),
            BenchAttackCommand.Create(terminal),
            BenchGenerateCommand.Create(terminal),
        };

    /// <summary>Whether to say where the time went.</summary>
    public static Option<bool> Operations() =>
        new("--operations") { Description = "Show the time of each operation." };

    private static Command Gemm(Terminal terminal)
    {
        const string Shape = "MxNxK";
        var sizes = BenchOptions.Sizes(Shape, "Products [M, K] x [N, K]; 60 shapes unless given.");
        var command = new Command(
            GemmBench.Name,
            "Matrix products of a language model, weights packed before and as they lie.\n\n"
                + "Examples:\n"
                + "  robustness bench gemm --json > gemm.json\n"
                + "  robustness bench gemm --sizes 256x512x128,2048x512x128 --threads 1\n"
                + "  robustness bench gemm --compare gemm.json"
        )
        {
            sizes,
        };
        var options = new BenchOptions(command, BenchLayout.Gemm);
        command.SetAction(parsed =>
        {
            var shapes = parsed.GetValue(sizes) is { } text
                ? [.. BenchOptions.Parse("--sizes", text, Shape).Select(s => (s[0], s[1], s[2]))]
                : GemmBench.Shapes;
            var bench = new GemmBench(TimeProvider.System);
            return options.Run(
                terminal,
                parsed,
                () => bench.Run(options.Threads(parsed), VectorWidth.Chosen(), shapes)
            );
        });
        return command;
    }

    private static Command Train(Terminal terminal)
    {
        const string Shape = "VxdxT";
        var sizes = BenchOptions.Sizes(Shape, "512x128x64,512x256x128 unless given.");
        var batch = new Option<string?>("--batch")
        {
            Description =
                "Sequences of a step: one number, or one for each size. 32,16 unless "
                + "given; 16 with --sizes.",
        };
        var layers = BenchOptions.Count("--layers", 4, "Layers.");
        var steps = BenchOptions.Count("--steps", 30, "Steps that are measured.");
        var operations = BenchCommand.Operations();
        var command = new Command(
            TrainBench.Name,
            "Whole training steps: forward, backward, clipping, AdamW.\n\n"
                + "Examples:\n"
                + "  robustness bench train --operations\n"
                + "  robustness bench train --sizes 4096x128x64 --batch 32 --json > train.json\n"
                + "  robustness bench train --compare train.json"
        )
        {
            sizes,
            batch,
            layers,
            steps,
            operations,
        };
        var options = new BenchOptions(command, BenchLayout.Train);
        command.SetAction(parsed =>
        {
            var list = TrainSizes(
                parsed.GetValue(sizes),
                parsed.GetValue(batch),
                parsed.GetValue(layers),
                Shape
            );
            return options.Run(
                terminal,
                parsed,
                () =>
                    new TrainBench(TimeProvider.System).Run(
                        options.Threads(parsed),
                        VectorWidth.Chosen(),
                        list,
                        parsed.GetValue(steps),
                        parsed.GetValue(operations)
                    )
            );
        });
        return command;
    }

    private static List<TrainBenchSize> TrainSizes(
        string? sizes,
        string? batch,
        int layers,
        string shape
    )
    {
        const int UsualBatch = 16;
        List<TrainBenchSize> list = sizes is null
            ? [.. TrainBench.Sizes]
            :
            [
                .. BenchOptions
                    .Parse("--sizes", sizes, shape)
                    .Select(s => new TrainBenchSize(s[0], s[1], s[2], UsualBatch, layers)),
            ];
        int[][]? batches = batch is null ? null : BenchOptions.Parse("--batch", batch, "B");
        if (batches is { Length: > 1 } && batches.Length != list.Count)
        {
            throw new Results.InputFaultException(
                $"--batch: found '{batch}'; allowed: one number, or one for each of the "
                    + $"{list.Count} sizes."
            );
        }
        return
        [
            .. list.Select(
                (size, i) =>
                    size with
                    {
                        Layers = layers,
                        Batch = batches is null ? size.Batch : batches[i % batches.Length][0],
                    }
            ),
        ];
    }
}

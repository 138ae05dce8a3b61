namespace Robustness.Cli.Bench;

/// <summary>One column of a bench's table.</summary>
/// <param name="Field">Field of a result.</param>
/// <param name="Title">What people read.</param>
/// <param name="Decimals">Digits after the point.</param>
internal sealed record BenchColumn(string Field, string Title, int Decimals = 0);

/// <summary>Which fields of a bench's results name a size, and which say how fast it was.</summary>
/// <param name="Bench">Which bench.</param>
/// <param name="Keys">The size: results of two runs belong together when these are equal.</param>
/// <param name="Rates">Measurements to show; for the first, more is better.</param>
internal sealed record BenchLayout(
    string Bench,
    IReadOnlyList<BenchColumn> Keys,
    IReadOnlyList<BenchColumn> Rates
)
{
    private const string Share = "share_of_peak";

    /// <summary><c>bench gemm</c>.</summary>
    public static BenchLayout Gemm { get; } =
        new(
            GemmBench.Name,
            [new("m", "M"), new("n", "N"), new("k", "K")],
            [
                new("packed_gflops", "packed GFLOP/s", 1),
                new("unpacked_gflops", "unpacked GFLOP/s", 1),
                new(Share, "share", 3),
            ]
        );

    /// <summary><c>bench train</c>.</summary>
    public static BenchLayout Train { get; } =
        new(
            TrainBench.Name,
            [
                new("vocabulary", "V"),
                new("width", "d"),
                new("layers", "L"),
                new("tokens", "T"),
                new("batch", "batch"),
            ],
            [
                new("tokens_per_second", "tokens/s"),
                new("milliseconds_per_step", "ms/step", 2),
                new("milliseconds_per_step_min", "min", 2),
                new("milliseconds_per_step_max", "max", 2),
                new(Share, "share", 3),
            ]
        );

    /// <summary>
    /// <c>bench attack</c>: the caches are no part of the size, so they can be compared.
    /// </summary>
    public static BenchLayout Attack { get; } =
        new(
            AttackBench.Name,
            [
                new("width", "d"),
                new("layers", "L"),
                new("prompt_tokens", "prompt"),
                new("attack_tokens", "A"),
                new("candidates", "S"),
                new("examples", "examples"),
            ],
            [
                new("candidates_per_second", "candidates/s"),
                new("candidates_per_second_min", "min"),
                new("candidates_per_second_max", "max"),
                new("linear_flops_per_iteration", "linear FLOPs"),
                new(Share, "share", 3),
                new("bytes_per_candidate", "bytes/candidate", 1),
                new("tokenizer_bytes_per_candidate", "tokenizer's", 1),
            ]
        );

    /// <summary><c>bench generate</c>.</summary>
    public static BenchLayout Generate { get; } =
        new(
            GenerateBench.Name,
            [
                new("width", "d"),
                new("layers", "L"),
                new("prompt_tokens", "prompt"),
                new("new_tokens", "new"),
                new("batch", "batch"),
            ],
            [
                new("tokens_per_second", "tokens/s"),
                new("tokens_per_second_min", "min"),
                new("tokens_per_second_max", "max"),
                new("prompt_milliseconds", "prompt ms", 2),
                new(Share, "share", 3),
                new("bytes_per_token", "bytes/token", 1),
            ]
        );
}

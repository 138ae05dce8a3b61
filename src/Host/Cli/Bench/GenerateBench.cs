using System.Text.Json.Serialization;
using Robustness.Models;

namespace Robustness.Cli.Bench;

/// <summary>One generation to measure.</summary>
/// <param name="Width">C.</param>
/// <param name="Layers">L.</param>
/// <param name="PromptTokens">Tokens of a prompt.</param>
/// <param name="NewTokens">New tokens of a prompt.</param>
/// <param name="Batch">Prompts that go together.</param>
public sealed record GenerateBenchSize(
    int Width,
    int Layers,
    int PromptTokens,
    int NewTokens,
    int Batch
);

/// <summary>
/// One generation; rates are medians over the new tokens but the first, beside the smallest and
/// largest.
/// </summary>
/// <param name="Width">C.</param>
/// <param name="Layers">L.</param>
/// <param name="PromptTokens">Tokens of a prompt.</param>
/// <param name="NewTokens">New tokens of a prompt.</param>
/// <param name="Batch">Prompts that go together.</param>
/// <param name="PromptMilliseconds">All prompts, the first new token included.</param>
/// <param name="TokensPerSecond">New tokens of all prompts.</param>
/// <param name="TokensPerSecondMin">Slowest step.</param>
/// <param name="TokensPerSecondMax">Fastest step.</param>
/// <param name="ShareOfPeak">
/// 2 x parameters (embedding left out, unembedding included) x tokens / time / peak; a few rows
/// wait for the weights, not for arithmetic.
/// </param>
/// <param name="BytesPerToken">Managed memory allocated.</param>
/// <param name="Operations">Of one step of all prompts, when asked for.</param>
public sealed record GenerateBenchResult(
    int Width,
    int Layers,
    int PromptTokens,
    int NewTokens,
    int Batch,
    double PromptMilliseconds,
    double TokensPerSecond,
    double TokensPerSecondMin,
    double TokensPerSecondMax,
    double ShareOfPeak,
    double BytesPerToken,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        IReadOnlyList<BenchOperation>? Operations
);

/// <summary>Greedy generation with a small language model.</summary>
/// <param name="time">The clock.</param>
public sealed class GenerateBench(TimeProvider time)
{
    /// <summary>What the report calls it.</summary>
    public const string Name = "generate";

    private const int Vocabulary = 512;

    /// <summary>Measures every given size.</summary>
    /// <param name="threads">Threads that compute.</param>
    /// <param name="vectorBits">128, 256 or 512.</param>
    /// <param name="sizes">What to generate.</param>
    /// <param name="operations">Whether to say where the time went.</param>
    public BenchReport<GenerateBenchResult, BenchSummary> Run(
        int threads,
        int vectorBits,
        IReadOnlyList<GenerateBenchSize> sizes,
        bool operations
    )
    {
        ArgumentNullException.ThrowIfNull(sizes);
        using var environment = new BenchEnvironment(time, threads, vectorBits, operations);
        var measured = sizes.Select(size => Measure(environment, size)).ToList();
        return environment.Report(
            Name,
            measured,
            (result, peak) => result with { ShareOfPeak = result.ShareOfPeak / peak },
            _ => new BenchSummary(BenchSummary.PeakMemory())
        );
    }

    // The share is GFLOP/s until the peak is known.
    private GenerateBenchResult Measure(BenchEnvironment environment, GenerateBenchSize size)
    {
        int context = size.PromptTokens + size.NewTokens;
        var config = BenchModels.Config(Vocabulary, size.Width, size.Layers, context);
        using var model = ModelParameters.Create(environment.Backend, config, 0, "");
        using var generator = new Generator(environment.Backend, model);
        var prompts = Enumerable.Range(0, size.Batch).Select(row => Prompt(row, size)).ToList();
        var settings = new GenerationSettings { NewTokenCount = size.NewTokens };
        // Once for the memory and the code, once for the times.
        generator.Begin(prompts, settings, "");
        generator.Step();
        generator.Step();
        generator.Begin(prompts, settings, "");
        long start = time.GetTimestamp();
        generator.Step();
        double promptSeconds = time.GetElapsedTime(start).TotalSeconds;
        environment.Meter?.Reset();
        double[] seconds = new double[size.NewTokens - 1];
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        for (int token = 0; token < seconds.Length; token++)
        {
            start = time.GetTimestamp();
            generator.Step();
            seconds[token] = time.GetElapsedTime(start).TotalSeconds;
        }
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        var spread = Spread.Of(seconds);
        double parameters = config.LanguageModelParameterCount - ((double)Vocabulary * size.Width);
        return new GenerateBenchResult(
            size.Width,
            size.Layers,
            size.PromptTokens,
            size.NewTokens,
            size.Batch,
            promptSeconds * 1e3,
            size.Batch / spread.Median,
            size.Batch / spread.Max,
            size.Batch / spread.Min,
            2 * parameters * size.Batch / spread.Median / 1e9,
            (double)allocated / (seconds.Length * size.Batch),
            BenchOperation.Of(environment.Meter, seconds.Length)
        );
    }

    private static GenerationPrompt Prompt(int row, GenerateBenchSize size)
    {
        int[] ids = new int[size.PromptTokens];
        BenchModels.Window(Vocabulary, row, ids, new float[ids.Length]);
        return new GenerationPrompt(row, ids);
    }
}

using System.Text.Json.Serialization;
using Robustness.Models;
using Robustness.Training;

namespace Robustness.Cli.Bench;

/// <summary>The size of one training step.</summary>
/// <param name="Vocabulary">V.</param>
/// <param name="Width">C.</param>
/// <param name="Tokens">T, of a sequence.</param>
/// <param name="Batch">Sequences.</param>
/// <param name="Layers">L.</param>
public readonly record struct TrainBenchSize(
    int Vocabulary,
    int Width,
    int Tokens,
    int Batch,
    int Layers
);

/// <summary>One size; times are medians over the steps, beside the smallest and largest.</summary>
/// <param name="Vocabulary">V.</param>
/// <param name="Width">C.</param>
/// <param name="Layers">L.</param>
/// <param name="Tokens">T, of a sequence.</param>
/// <param name="Batch">Sequences.</param>
/// <param name="MillisecondsPerStep">Gradients, clipping and AdamW.</param>
/// <param name="MillisecondsPerStepMin">Fastest step.</param>
/// <param name="MillisecondsPerStepMax">Slowest step.</param>
/// <param name="TokensPerSecond">Of the median step.</param>
/// <param name="ShareOfPeak">
/// 6 x parameters (embedding left out, unembedding included) x tokens / time / peak.
/// </param>
/// <param name="Operations">Of one step, when asked for.</param>
public sealed record TrainBenchResult(
    int Vocabulary,
    int Width,
    int Layers,
    int Tokens,
    int Batch,
    double MillisecondsPerStep,
    double MillisecondsPerStepMin,
    double MillisecondsPerStepMax,
    double TokensPerSecond,
    double ShareOfPeak,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        IReadOnlyList<BenchOperation>? Operations
);

/// <summary>Whole training steps of a small language model: AdamW, gradient clipping.</summary>
/// <param name="time">The clock.</param>
public sealed class TrainBench(TimeProvider time)
{
    /// <summary>What the report calls it.</summary>
    public const string Name = "train";

    private const int WarmUpSteps = 3;

    /// <summary>The sizes that the project holds itself to.</summary>
    public static IReadOnlyList<TrainBenchSize> Sizes { get; } =
    [new(512, 128, 64, 32, 4), new(512, 256, 128, 16, 4)];

    /// <summary>Measures every given size.</summary>
    /// <param name="threads">Threads that compute.</param>
    /// <param name="vectorBits">128, 256 or 512.</param>
    /// <param name="sizes">Usually <see cref="Sizes"/>.</param>
    /// <param name="steps">Steps that are measured.</param>
    /// <param name="operations">Whether to say where the time went.</param>
    public BenchReport<TrainBenchResult, BenchSummary> Run(
        int threads,
        int vectorBits,
        IReadOnlyList<TrainBenchSize> sizes,
        int steps,
        bool operations
    )
    {
        ArgumentNullException.ThrowIfNull(sizes);
        using var environment = new BenchEnvironment(time, threads, vectorBits, operations);
        var measured = sizes.Select(size => Measure(environment, size, steps)).ToList();
        return environment.Report(
            Name,
            measured,
            (result, peak) => result with { ShareOfPeak = result.ShareOfPeak / peak },
            _ => new BenchSummary(BenchSummary.PeakMemory())
        );
    }

    // The share is GFLOP/s until the peak is known.
    private TrainBenchResult Measure(BenchEnvironment environment, TrainBenchSize size, int steps)
    {
        var config = BenchModels.Config(size.Vocabulary, size.Width, size.Layers, size.Tokens);
        using var model = ModelParameters.Create(environment.Backend, config, 0, "");
        var milliseconds = Steps(environment, model, size, steps);
        var spread = Spread.Of(milliseconds);
        long tokens = (long)size.Tokens * size.Batch;
        long parameters = config.LanguageModelParameterCount - ((long)size.Vocabulary * size.Width);
        return new TrainBenchResult(
            size.Vocabulary,
            size.Width,
            size.Layers,
            size.Tokens,
            size.Batch,
            spread.Median,
            spread.Min,
            spread.Max,
            tokens / spread.Median * 1e3,
            6.0 * parameters * tokens / spread.Median / 1e6,
            BenchOperation.Of(environment.Meter, steps)
        );
    }

    private List<double> Steps(
        BenchEnvironment environment,
        ModelParameters model,
        TrainBenchSize size,
        int steps
    )
    {
        var settings = new PretrainingSettings
        {
            StepCount = WarmUpSteps + steps,
            BatchSize = size.Batch,
            WindowLength = size.Tokens,
        };
        var milliseconds = new List<double>(steps);
        long last = 0;
        var context = new TrainingContext(0, "", null, AfterStep, time, CancellationToken.None);
        Pretraining.Run(environment.Backend, model, settings, FillWindow, [], context);
        return milliseconds;

        void AfterStep(TrainingProgress progress)
        {
            long now = time.GetTimestamp();
            if (progress.Step > WarmUpSteps)
            {
                milliseconds.Add(time.GetElapsedTime(last, now).TotalMilliseconds);
            }
            else
            {
                environment.Meter?.Reset();
            }
            last = now;
        }

        void FillWindow(int step, int row, Span<int> ids, Span<float> weights) =>
            BenchModels.Window(size.Vocabulary, (step * size.Batch) + row, ids, weights);
    }
}

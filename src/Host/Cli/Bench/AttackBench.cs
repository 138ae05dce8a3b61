using System.Text;
using System.Text.Json.Serialization;
using Robustness.Attacks;
using Robustness.Data;
using Robustness.Models;
using Robustness.Tokens;

namespace Robustness.Cli.Bench;

/// <summary>One attack to measure.</summary>
/// <param name="Width">C.</param>
/// <param name="Layers">L.</param>
/// <param name="PromptTokens">T, attack included.</param>
/// <param name="AttackTokens">A.</param>
/// <param name="TokensAfter">Tokens between the attack and the end.</param>
/// <param name="Candidates">S, of an iteration and example.</param>
/// <param name="Examples">Prompts that share launches.</param>
/// <param name="PrefixCache">Keep the prompt before the attack.</param>
/// <param name="PositionReuse">Compute candidates from the changed token on.</param>
public sealed record AttackBenchSize(
    int Width,
    int Layers,
    int PromptTokens,
    int AttackTokens,
    int TokensAfter,
    int Candidates,
    int Examples,
    bool PrefixCache,
    bool PositionReuse
);

/// <summary>
/// One attack; rates are medians over the iterations, beside smallest and largest.
/// </summary>
/// <param name="Vocabulary">V.</param>
/// <param name="Width">C.</param>
/// <param name="Layers">L.</param>
/// <param name="PromptTokens">T.</param>
/// <param name="AttackTokens">A.</param>
/// <param name="Candidates">S.</param>
/// <param name="Examples">Prompts that share launches.</param>
/// <param name="PrefixCache">The prompt before the attack was kept.</param>
/// <param name="PositionReuse">Candidates were computed from the changed token on.</param>
/// <param name="IterationsPerSecond">Iterations of one example.</param>
/// <param name="CandidatesPerSecond">Candidates scored, of all examples.</param>
/// <param name="CandidatesPerSecondMin">Slowest iteration.</param>
/// <param name="CandidatesPerSecondMax">Fastest iteration.</param>
/// <param name="LinearFlopsPerIteration">Of one example.</param>
/// <param name="FloorFlopsPerIteration">The least that position reuse could compute.</param>
/// <param name="ShareOfPeak">Linear FLOPs / time / peak.</param>
/// <param name="BytesPerCandidate">
/// Managed memory, the iteration's record included, the tokenizer's part excluded.
/// </param>
/// <param name="TokenizerBytesPerCandidate">
/// Managed memory that the tokenizer took to read candidates back.
/// </param>
/// <param name="Operations">Of one iteration of all examples, when asked for.</param>
public sealed record AttackBenchResult(
    int Vocabulary,
    int Width,
    int Layers,
    int PromptTokens,
    int AttackTokens,
    int Candidates,
    int Examples,
    bool PrefixCache,
    bool PositionReuse,
    double IterationsPerSecond,
    double CandidatesPerSecond,
    double CandidatesPerSecondMin,
    double CandidatesPerSecondMax,
    double LinearFlopsPerIteration,
    double FloorFlopsPerIteration,
    double ShareOfPeak,
    double BytesPerCandidate,
    double TokenizerBytesPerCandidate,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        IReadOnlyList<BenchOperation>? Operations
);

/// <summary>Iterations of GCG against a small classifier.</summary>
/// <param name="time">The clock.</param>
/// <param name="tokenizer">Of the classifier.</param>
public sealed class AttackBench(TimeProvider time, Tokenizer tokenizer)
{
    /// <summary>What the report calls it.</summary>
    public const string Name = "attack";

    private const int WarmUpIterations = 1;

    /// <summary>Ids considered at a position.</summary>
    public const int TopK = 64;

    /// <summary>Measures every given attack.</summary>
    /// <param name="threads">Threads that compute.</param>
    /// <param name="vectorBits">128, 256 or 512.</param>
    /// <param name="sizes">What to attack.</param>
    /// <param name="iterations">Iterations that are measured.</param>
    /// <param name="operations">Whether to say where the time went.</param>
    public BenchReport<AttackBenchResult, BenchSummary> Run(
        int threads,
        int vectorBits,
        IReadOnlyList<AttackBenchSize> sizes,
        int iterations,
        bool operations
    )
    {
        ArgumentNullException.ThrowIfNull(sizes);
        using var environment = new BenchEnvironment(time, threads, vectorBits, operations);
        var measured = sizes.Select(size => Measure(environment, size, iterations)).ToList();
        return environment.Report(
            Name,
            measured,
            (result, peak) => result with { ShareOfPeak = result.ShareOfPeak / peak },
            _ => new BenchSummary(BenchSummary.PeakMemory())
        );
    }

    // The share is GFLOP/s until the peak is known.
    private AttackBenchResult Measure(
        BenchEnvironment environment,
        AttackBenchSize size,
        int iterations
    )
    {
        int vocabulary = tokenizer.VocabularySize;
        var config = BenchModels.Config(vocabulary, size.Width, size.Layers, size.PromptTokens);
        using var model = ModelParameters.Create(environment.Backend, config, 0, "");
        var settings = new AttackSettings
        {
            TokenCount = size.AttackTokens,
            IterationCount = WarmUpIterations + iterations,
            CandidateCount = size.Candidates,
            TopK = TopK,
            PrefixCache = size.PrefixCache,
            PositionReuse = size.PositionReuse,
        };
        using var victim = new Victim(environment.Backend, model, settings.LaunchRows);
        var searches = Searches(size, settings);
        int[] banned = tokenizer.BannedMask(vocabulary);
        using var group = new GcgGroup(victim, settings, "", searches, banned);
        var seconds = new List<double>(iterations);
        var allocated = new List<double>(iterations);
        var reading = new List<double>(iterations);
        for (int i = 1; i <= settings.IterationCount; i++)
        {
            if (i == WarmUpIterations + 1)
            {
                environment.Meter?.Reset();
            }
            long before = GC.GetTotalAllocatedBytes(precise: true);
            long read = group.TokenizerByteCount;
            long start = time.GetTimestamp();
            group.Iterate(i);
            if (i > WarmUpIterations)
            {
                seconds.Add(time.GetElapsedTime(start).TotalSeconds);
                read = group.TokenizerByteCount - read;
                allocated.Add(GC.GetTotalAllocatedBytes(precise: true) - before - read);
                reading.Add(read);
            }
        }
        return Summarise(environment, size, config, searches, seconds, allocated, reading);
    }

    private static AttackBenchResult Summarise(
        BenchEnvironment environment,
        AttackBenchSize size,
        ModelConfig config,
        List<GcgSearch> searches,
        List<double> seconds,
        List<double> allocated,
        List<double> reading
    )
    {
        var entries = searches
            .SelectMany(search => search.Trace().Iterations)
            .Where(entry => entry.Iteration > WarmUpIterations)
            .ToList();
        double candidates = entries.Sum(entry => entry.CandidatesScored) / (double)seconds.Count;
        double linear = entries.Average(entry => (double)entry.Flops.Linear);
        var spread = Spread.Of(seconds);
        double perExample = candidates / size.Examples;
        return new AttackBenchResult(
            config.VocabularySize,
            size.Width,
            size.Layers,
            size.PromptTokens,
            size.AttackTokens,
            size.Candidates,
            size.Examples,
            size.PrefixCache,
            size.PositionReuse,
            size.Examples / spread.Median,
            candidates / spread.Median,
            candidates / spread.Max,
            candidates / spread.Min,
            linear,
            Floor(size, config, perExample),
            linear * size.Examples / spread.Median / 1e9,
            Spread.Of(allocated).Median / candidates,
            Spread.Of(reading).Median / candidates,
            BenchOperation.Of(environment.Meter, seconds.Count)
        );
    }

    // Positions are drawn uniformly: a candidate changes the middle of the attack on average.
    private static double Floor(AttackBenchSize size, ModelConfig config, double candidates)
    {
        double rows = ((size.AttackTokens + 1) / 2.0) + size.TokensAfter;
        double gradient = 2.0 * (size.AttackTokens + size.TokensAfter);
        return 2.0 * config.LinearWeightCount * ((candidates * rows) + gradient);
    }

    private List<GcgSearch> Searches(AttackBenchSize size, AttackSettings settings)
    {
        int before = size.PromptTokens - size.AttackTokens - size.TokensAfter;
        var searches = new List<GcgSearch>(size.Examples);
        for (int row = 0; row < size.Examples; row++)
        {
            int first = row;
            string text = TextOf(before, i => (char)('a' + (((first * 5) + (i * 7)) % 26)));
            var example = new Example(
                row,
                [
                    new Chunk(ChunkKind.Immutable, text),
                    new Chunk(ChunkKind.Overwritable, ""),
                    new Chunk(ChunkKind.Immutable, TextOf(size.TokensAfter, _ => '?')),
                ],
                row % 2
            );
            var prompt = new AttackPrompt(example, settings.Position, tokenizer);
            searches.Add(GcgSearch.Start(prompt, [0f, 0f], settings, "", tokenizer));
        }
        return searches;
    }

    // One character after the other, until they are as many tokens.
    private string TextOf(int tokens, Func<int, char> character)
    {
        var text = new StringBuilder();
        while (tokenizer.CountTokens(text.ToString()) < tokens)
        {
            text.Append(character(text.Length));
        }
        return text.ToString();
    }
}

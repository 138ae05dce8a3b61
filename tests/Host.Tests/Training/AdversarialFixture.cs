using Robustness.Attacks;
using Robustness.Backends.Cpu;
using Robustness.Data;
using Robustness.Models;
using Robustness.Tests.Attacks;
using Robustness.Tests.Models;
using Robustness.Tokens;
using Robustness.Training;

namespace Robustness.Tests.Training;

/// <summary>Adversarial training of a byte-level classifier with random weights.</summary>
internal static class AdversarialFixture
{
    public const string Scope = "00ff";
    public const long Seed = 5;

    public static readonly AdversarialTrainingSettings Settings = new()
    {
        RoundCount = 3,
        Attack = AttackFixture.Gcg with { IterationCount = 1 },
        Iterations = new IterationSchedule(1, 2),
        ExamplesPerRound = 36,
        MostRows = 60,
        BatchSize = 8,
        ChunkNoise = 0.5,
        Optimizer = new OptimizerSettings { LearningRate = 1e-3, Schedule = ScheduleKind.Constant },
    };

    public static IReadOnlyList<Example> Rows(int count = 80) => AttackFixture.Rows(count);

    public static AdversarialContext Context(
        TemporaryFolder folder,
        Action<AdversarialProgress>? progress = null,
        string scope = Scope,
        CancellationToken cancellation = default
    ) => new(Seed, scope, folder.Of("rounds"), folder.Of("state"), progress, cancellation);

    /// <summary>Runs to the end, or throws when cancelled.</summary>
    public static (AdversarialOutcome Outcome, AdversarialPool Pool) Run(
        AdversarialTrainingSettings settings,
        AdversarialContext context,
        int threads = 1,
        Precision precision = Precision.F32,
        Tokenizer? tokenizer = null
    )
    {
        using var backend = new CpuBackend(threads, VectorWidth.Widest);
        tokenizer ??= ByteTokenizer.Ascii;
        var config = AttackFixture.Config with
        {
            Precision = precision,
            VocabularySize = tokenizer.VocabularySize,
        };
        using var model = TinyModel.Create(backend, config);
        return AdversarialTraining.Run(backend, model, tokenizer, settings, Rows(), context);
    }

    /// <summary>SHA-256 of every file of the kept rounds, in order of name.</summary>
    public static string Models(TemporaryFolder folder) =>
        string.Join(
            '\n',
            Directory
                .EnumerateFiles(folder.Of("rounds"), "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(path =>
                    Path.GetRelativePath(folder.Of("rounds"), path)
                    + " "
                    + Convert.ToHexString(
                        System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path))
                    )
                )
        );
}

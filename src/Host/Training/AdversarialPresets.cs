using Robustness.Attacks;

namespace Robustness.Training;

/// <summary>
/// Adversarial training as a family of models was trained in the paper (4.1), and ours.
/// </summary>
/// <param name="Name">In study files.</param>
/// <param name="Settings">With GCG inside.</param>
/// <param name="RandomTokenIterations">The schedule with RandomToken inside.</param>
/// <param name="GcgRounds">Rounds by size with GCG; empty: as the settings say.</param>
/// <param name="RandomTokenRounds">Rounds by size with RandomToken.</param>
public sealed record AdversarialPreset(
    string Name,
    AdversarialTrainingSettings Settings,
    IterationSchedule RandomTokenIterations,
    IReadOnlyDictionary<string, int> GcgRounds,
    IReadOnlyDictionary<string, int> RandomTokenRounds
)
{
    /// <summary>Rounds by size with an attack inside.</summary>
    public IReadOnlyDictionary<string, int> RoundsOf(AttackKind kind) =>
        kind == AttackKind.RandomToken ? RandomTokenRounds : GcgRounds;

    /// <summary>The schedule with an attack inside.</summary>
    public IterationSchedule IterationsOf(AttackKind kind) =>
        kind == AttackKind.RandomToken ? RandomTokenIterations : Settings.Iterations;
}

/// <summary>The named presets.</summary>
public static class AdversarialPresets
{
    // Rounds that give the sizes a like amount of compute, before they are clipped.
    private static readonly (string Size, int Rounds)[] s_pythia =
    [
        ("14m", 953),
        ("31m", 413),
        ("70m", 163),
        ("160m", 59),
        ("410m", 21),
        ("1b", 8),
        ("1.4b", 6),
        ("2.8b", 3),
        ("6.9b", 1),
        ("12b", 1),
    ];

    private static readonly (string Size, int Rounds)[] s_qwen =
    [
        ("0.5B", 22),
        ("1.5B", 10),
        ("3B", 10),
        ("7B", 10),
        ("14B", 10),
    ];

    private static readonly AdversarialTrainingSettings s_paper = new()
    {
        Attack = new AttackSettings
        {
            TokenCount = 10,
            CandidateCount = 128,
            TopK = 256,
        },
        Iterations = new IterationSchedule(8, 64),
    };

    /// <summary>The Pythia models: the schedule counts the untrained round too.</summary>
    public static AdversarialPreset PaperPythia { get; } =
        new(
            "paper-pythia",
            s_paper with
            {
                Reading = ScheduleReading.RoundsPlusOne,
                RoundCount = 60,
            },
            new IterationSchedule(1024, 2048),
            Clipped(5, 60),
            Clipped(5, 250)
        );

    /// <summary>The Qwen2.5 models.</summary>
    public static AdversarialPreset PaperQwen { get; } =
        new(
            "paper-qwen",
            s_paper with
            {
                RoundCount = 10,
            },
            new IterationSchedule(1024, 2048),
            s_qwen.ToDictionary(s => s.Size, s => s.Rounds),
            s_qwen.ToDictionary(s => s.Size, s => s.Rounds)
        );

    /// <summary>Models of a few hundred thousand parameters, in seconds.</summary>
    public static AdversarialPreset Quick { get; } =
        new(
            "quick",
            new AdversarialTrainingSettings
            {
                RoundCount = 4,
                Attack = new AttackSettings
                {
                    TokenCount = 10,
                    CandidateCount = 64,
                    TopK = 64,
                },
                Iterations = new IterationSchedule(5, 10),
                ExamplesPerRound = 48,
                MostRows = 256,
                EpochCount = 2,
                BatchSize = 16,
                Optimizer = new OptimizerSettings
                {
                    Kind = OptimizerKind.AdamW,
                    LearningRate = 6e-4,
                    Schedule = ScheduleKind.Linear,
                },
            },
            new IterationSchedule(64, 128),
            new Dictionary<string, int>(),
            new Dictionary<string, int>()
        );

    /// <summary>All of them.</summary>
    public static IReadOnlyList<AdversarialPreset> All { get; } = [PaperPythia, PaperQwen, Quick];

    private static Dictionary<string, int> Clipped(int least, int most) =>
        s_pythia.ToDictionary(s => s.Size, s => Math.Clamp(s.Rounds, least, most));
}

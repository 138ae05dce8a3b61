using Robustness.Reporting;

namespace Robustness.Tests.Reporting;

/// <summary>
/// A made-up study of the shape that the quick study has; no number was measured.
/// </summary>
public sealed record SampleStudy
{
    private static readonly LadderRow[] s_ladder =
    [
        Rung("7k", 16, 2, 1, 6_592, 1),
        Rung("25k", 32, 2, 1, 25_472, 2),
        Rung("85k", 48, 3, 2, 84_912, 3),
        Rung("150k", 64, 3, 2, 150_080, 4),
        Rung("336k", 96, 3, 3, 335_712, 5),
    ];

    /// <summary>How many of the five sizes, from the largest down.</summary>
    public int Sizes { get; init; } = 5;

    /// <summary>Seeds 0 ..</summary>
    public int Seeds { get; init; } = 2;

    /// <summary>How many of the two tasks.</summary>
    public int Tasks { get; init; } = 2;

    /// <summary>How many of the sizes shown learned, from the largest down.</summary>
    public int Learned { get; init; } = 3;

    /// <summary>Iterations of the searching attack.</summary>
    public int SearchIterations { get; init; } = 10;

    /// <summary>Iterations of the random attack.</summary>
    public int RandomIterations { get; init; } = 100;

    /// <summary>Success at every iteration, in place of a rising curve.</summary>
    public double? Constant { get; init; }

    /// <summary>Share of fine-tuning rows with a filled chunk.</summary>
    public double ChunkNoise { get; init; } = 0.9;

    public StudyReportData Build()
    {
        TaskDescription[] tasks =
        [
            new("PasswordMatch", "DENIED", "GRANTED", ChunkNoise),
            new("WordLength", "FIRST", "SECOND", ChunkNoise),
        ];
        LadderRow[] ladder = s_ladder[^Sizes..];
        Victim[] victims =
        [
            .. from row in ladder
            from task in tasks.Take(Tasks)
            from seed in Enumerable.Range(0, Seeds)
            select new Victim(row.Size, task.Name, seed),
        ];
        return new(
            new(
                "made up",
                "0.1.0",
                [.. Enumerable.Range(0, Seeds)],
                [.. tasks.Take(Tasks)],
                [
                    new("Attack string", "10 characters"),
                    new("GCG", "10 iterations, 128 candidates, top-k 64"),
                    new("Rows attacked", "50 per classifier"),
                ],
                [
                    "Lines that repeat words teach copying.",
                    "Lines that mark a repeated word with Y and another with N teach equality.",
                    "Lines that mark a longer word with + teach comparing lengths.",
                ],
                ["robustness study run quick --out out", "robustness report out"]
            ),
            ladder,
            [.. victims.Select(Accuracy)],
            [.. victims.SelectMany(v => new[] { Search(v), Random(v) })],
            [.. victims.SelectMany(Prompts)],
            [
                .. ladder.Select(r => new StageTiming("pretraining", r.Size, 1, r.Seconds)),
                new("fine-tuning", "", victims.Length, 52.4),
                new("evaluation", "", 2 * victims.Length, 71),
            ]
        );
    }

    private static LadderRow Rung(string size, int c, int l, int h, long n, int rank) =>
        new(
            size,
            c,
            l,
            h,
            n,
            n + 130 * c,
            1_843_200,
            6.0 * n * 1_843_200,
            6.0 * n * 210_000,
            [new("equality", 0.45 + 0.1 * rank), new("longer", 0.7 + 0.05 * rank)],
            6.5 * rank * rank
        );

    private int Rank(Victim victim) =>
        Array.FindIndex(s_ladder[^Sizes..], r => r.Size == victim.Size);

    private bool HasLearned(Victim victim) => Rank(victim) >= Sizes - Learned;

    private AccuracyRow Accuracy(Victim victim)
    {
        int right = HasLearned(victim) ? 484 - 7 * victim.Seed : 268 + 20 * Rank(victim);
        return new(victim, Shares(right), Shares(right - 5));
    }

    private static ClassShares Shares(int right) =>
        new(new(right / 2 + 4, 250), new(right - right / 2 - 4, 250));

    private AttackCurve Search(Victim victim) =>
        Curve(victim, "GCG", AttackRole.Search, SearchIterations, 0.05 + 0.007 * Rank(victim));

    private AttackCurve Random(Victim victim) =>
        Curve(victim, "RandomToken", AttackRole.Random, RandomIterations, 0.0006);

    private AttackCurve Curve(
        Victim victim,
        string attack,
        AttackRole role,
        int iterations,
        double perIteration
    )
    {
        const int Rows = 49;
        int Broken(int i) =>
            (int)Math.Round(Rows * (Constant ?? perIteration * (i - 1 + 0.5 * victim.Seed)));
        int last = Broken(iterations);
        long n = s_ladder.First(r => r.Size == victim.Size).ClassifierParameters;
        double flops = (role == AttackRole.Search ? 131.0 : 1.0) * Rows * 2 * n * 60;
        return new(
            victim,
            attack,
            role,
            role == AttackRole.Search ? SuccessReading.Instantaneous : SuccessReading.EverBroken,
            50,
            Rows,
            new(flops, 0.21 * flops, 0.17 * flops),
            [
                .. Enumerable
                    .Range(1, iterations)
                    .Select(i => new CurvePoint(
                        i,
                        Broken(i),
                        Broken(i),
                        Broken(i),
                        -0.05 * i,
                        -0.06 * i,
                        3 - 0.2 * i
                    )),
            ],
            new(new(last / 8, 25), new(Math.Min(24, last - last / 8), 24))
        );
    }

    private static IEnumerable<AttackedPrompt> Prompts(Victim victim)
    {
        string before =
            victim.Task == "PasswordMatch"
                ? "Same?\nSystem: kalomi\nUser: kalomi\n---\n"
                : "Longer?\nWord 1: mirano\nWord 2: tu\n---\n";
        const string After = "\n\nAnswer:";
        (string Text, int Label, int Prediction, double Loss)[] rows =
        [
            ("q<b>Zz;\t&~", 1, 0, 0.21),
            ("\"]}N:N:N\u0001", 1, 0, 0.44),
            ("Y Y Y(+-Y", 0, 1, 0.61),
            ("@&@&@&@&@&", 0, 0, 4.73),
        ];
        return rows.Select(r => new AttackedPrompt(
            victim,
            "GCG",
            before,
            r.Text,
            After,
            before + After,
            r.Label,
            r.Prediction,
            5.12,
            r.Loss,
            r.Label == r.Prediction ? 10 : 7
        ));
    }
}

using NUnit.Framework;
using Robustness.Attacks;
using Robustness.Results;

namespace Robustness.Tests.Results;

/// <summary>Readings, counts, order and text of the evaluations table; traces read back.</summary>
[TestFixture]
public sealed class EvaluationTableTests
{
    private static readonly string[] FirstColumns =
    [
        "group",
        "model_family",
        "task",
        "attack",
        "trained_attack",
        "position",
        "model_size",
        "num_params",
        "seed_idx",
        "adv_training_round",
        "iteration",
        "asr",
    ];

    [Test]
    public void ReadingsFollowTheirDefinitions()
    {
        var iterations = IterationStatistics.Compute(Traces());

        Assert.That(iterations.Select(i => i.Instantaneous), Is.EqualTo(new[] { 0, 0.5, 0, 1 }));
        Assert.That(iterations.Select(i => i.EverBroken), Is.EqualTo(new[] { 0, 0.5, 0.5, 1 }));
        Assert.That(iterations.Select(i => i.BestByLoss), Is.EqualTo(new[] { 0, 0.5, 0.5, 1 }));
        Assert.That(iterations[0].MeanLogit, Is.Null);
        Assert.That(iterations[1].MeanLogit, Is.EqualTo((-1 + 2) / 2.0));
    }

    [Test]
    public void TheCsvHasTheFixedOrderAndShortestNumbers()
    {
        var table = EvaluationTable.Build([Run(1, "b"), Run(0, "a")]);
        string[] lines = table.ToCsv().Split('\n');
        string[] header = lines[0].Split(',');
        string[] second = lines[2].Split(',');

        Assert.That(header.Take(12), Is.EqualTo(FirstColumns));
        Assert.That(lines, Has.Length.EqualTo(1 + (2 * 4) + 1));
        Assert.That(
            second[..13],
            Is.EqualTo(
                "ladder_wl_ft_gcg_suffix,ladder,wl,gcg,,suffix,7k,7000,0,0,1,0.5,0.5".Split(',')
            )
        );
        Assert.That(Cell("flops_per_iteration"), Is.EqualTo("20"));
        Assert.That(Cell("pretraining_flops"), Is.EqualTo("12345678901234"));
        Assert.That(Cell("adversarial_eval_n_incorrect_post_attack"), Is.EqualTo("2"));
        Assert.That(Cell("random_insertion_accuracy"), Is.Empty);
        Assert.That(Cell("run_created_at"), Is.Empty);
        Assert.That(header[^12], Is.EqualTo("_step"));

        string Cell(string name) => second[Array.IndexOf(header, name)];
    }

    [Test]
    public void TracesReadBackAsTheyWere()
    {
        using var folder = new TemporaryFolder();
        var traces = Traces();
        var table = TraceTable.Build(traces);
        table.Write(folder.Of(TraceTable.FileName));

        var read = TraceReader.Read(folder.Of("traces.parquet"));

        Assert.That(TraceTable.Build(read).ToCsv(), Is.EqualTo(table.ToCsv()));
        Assert.That(read[0].CleanText, Is.EqualTo("a,\"b\"\nAnswer:"));
        Assert.That(File.ReadAllText(folder.Of("traces.csv")), Is.EqualTo(table.ToCsv()));
    }

    private static EvaluationRun Run(int seed, string key) =>
        new()
        {
            Key = new RunKey(new string(key[0], 64)),
            ModelFamily = "ladder",
            Task = "wl",
            Attack = "gcg",
            Position = "suffix",
            ModelSize = "7k",
            ParameterCount = 7000,
            SeedIndex = seed,
            AttackSeed = 0,
            ChunkNoise = 0.9,
            PretrainingFlops = 12345678901234,
            FineTuningFlops = 1e10,
            ValidationRowCount = 500,
            Outcome = EvaluationOutcome.Summarise(Accuracy(), Accuracy(), Traces(), 2),
        };

    private static AccuracySummary Accuracy() =>
        AccuracySummary.Count(
            [0, 1, 1],
            [
                [1, 0],
                [0, 1],
                [1, 1],
            ],
            null,
            2
        );

    // Row 0 breaks at 1 and 3, with its lowest loss at 1; row 1 breaks at 3.
    private static List<AttackTrace> Traces() =>
        [
            Trace(
                0,
                [
                    [0, 1],
                    [2, 0],
                    [0, 0.5f],
                ]
            ),
            Trace(
                1,
                [
                    [0, 2],
                    [0, 1],
                    [0.5f, 0.25f],
                ]
            ),
        ];

    private static AttackTrace Trace(int label, float[][] logits) =>
        new(
            label,
            label,
            "a,\"b\"\nAnswer:",
            "a,",
            "\nAnswer:",
            [1, 0],
            [64, 38],
            [.. logits.Select((l, i) => Iteration(i + 1, label, l))],
            new FlopCounts(0, 0, 5, 5)
        );

    private static AttackIteration Iteration(int iteration, int label, float[] logits) =>
        new(
            iteration,
            [65 + iteration, 66],
            "é" + iteration,
            -Prediction.LogProbability(logits, 1 - label),
            logits,
            Prediction.Of(logits) != label,
            7,
            new FlopCounts(10, 11, 12, 9)
        );
}

using System.Globalization;
using System.Text.Json.Nodes;
using NUnit.Framework;
using Robustness.Numerics;

namespace Robustness.Tests.Cli;

/// <summary>
/// A study with adversarial training as a process: the same tables for any number of workers and
/// threads, killed and gone on with.
/// </summary>
[TestFixture]
public sealed class AdversarialStudyRunTests
{
    private const string LongVariable = "ROBUSTNESS_LONG_TESTS";
    private const int MostRuns = 200;
    private const StringComparison Ordinal = StringComparison.Ordinal;

    private const string Study = """
        name: tiny-adversarial
        model: { context: 128, rotary_base: 100, initialization: fan_in }
        sizes: [{ width: 16, layers: 1, heads: 1, pretraining_rate: 5e-3 }]
        pretraining: { steps: 4, batch: 4, window: 64 }
        tasks: [{ name: word-length, instructions: short, rows_per_split: 300 }]
        fine_tuning: { steps: 4, batch: 4, chunk_noise: 0.5, optimizer: adamw }
        evaluation: { rows: 20, attacked_rows: 4 }
        attacks: [{ name: random_token, tokens: 4, iterations: 3 }]
        adversarial_training:
          - attack: { name: gcg, tokens: 4, candidates: 16, top_k: 8 }
            iterations: { start: 3, end: 6 }
            rounds: 3
            control: true
            examples_per_round: 80
            most_rows: 120
            optimizer: adamw
            learning_rate: 1e-3
            evaluations: [{ name: random_token, tokens: 4, iterations: 3 }]
        """;

    [Test]
    public void WorkersAndKillsChangeNothing([Values("f32", "bf16")] string precision) =>
        KillAndResume(precision == "f32" ? 2 : 1, precision);

    [Test]
    [Category("Long")]
    public void TenKillsChangeNothing()
    {
        if (Environment.GetEnvironmentVariable(LongVariable) != "1")
        {
            Assert.Ignore($"Takes a minute; {LongVariable}=1 runs it.");
        }
        KillAndResume(10, "f32");
    }

    private static void KillAndResume(int kills, string precision)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(
            folder.Of("study.yaml"),
            Study.Replace("model: {", $"model: {{ precision: {precision},", Ordinal)
        );
        Run(folder, "quiet", workers: 1);
        Run(folder, "two", workers: 2);

        int killed = 0;
        var moments = new Philox(StreamKey.Create(0, "test/kill-adversarial", ""), 0, 0);
        for (int run = 0; run < MostRuns && killed < kills; run++)
        {
            if (File.Exists(folder.Of("killed/tables/training.csv")))
            {
                // It came to its end: begin anew, so that kills fall on adversarial training.
                Directory.Delete(folder.Of("killed"), recursive: true);
            }
            string[] before = StateFiles(folder);
            using var process = Start(folder, "killed", 1);
            while (!process.HasExited && !StateFiles(folder).Except(before).Any())
            {
                process.Wait(TimeSpan.FromMilliseconds(2));
            }
            if (!process.Wait(TimeSpan.FromMilliseconds(moments.NextBelow(150))))
            {
                process.Kill();
                killed++;
            }
        }
        Run(folder, "killed", workers: 2);

        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{killed} kills"));
        Assert.That(killed, Is.EqualTo(kills));
        foreach (string table in new[] { "training.csv", "evaluations.csv" })
        {
            string quiet = Table(folder, "quiet", table);
            Assert.That(Table(folder, "two", table), Is.EqualTo(quiet));
            Assert.That(Table(folder, "killed", table), Is.EqualTo(quiet));
        }
        Assert.That(Models(folder, "killed"), Is.EqualTo(Models(folder, "quiet")));
        string record = Directory
            .EnumerateFiles(folder.Of("quiet"), "config.json", SearchOption.AllDirectories)
            .First();
        string report = File.ReadAllText(folder.Of("quiet/report.html"));
        Assert.That(report.Contains("bf16: ", Ordinal), Is.EqualTo(precision == "bf16"));
        string type = precision == "bf16" ? "bfloat16" : "none";
        Assert.That(
            (string?)JsonNode.Parse(File.ReadAllText(record))!["torch_dtype"] ?? "none",
            Is.EqualTo(type)
        );
    }

    // Groups of attacked examples and rounds of adversarial training, done so far.
    private static string[] StateFiles(TemporaryFolder folder)
    {
        string runs = folder.Of("killed/runs");
        return Directory.Exists(runs)
            ? Directory.GetFiles(runs, "0*.*", SearchOption.AllDirectories)
            : [];
    }

    private static void Run(TemporaryFolder folder, string store, int workers)
    {
        using var process = Start(folder, store, workers);
        Assert.That(process.Wait(), Is.Zero, process.Errors);
    }

    private static StudyProcess Start(TemporaryFolder folder, string store, int workers)
    {
        string count = workers.ToString(CultureInfo.InvariantCulture);
        return StudyProcess.Start(
            "study",
            "run",
            folder.Of("study.yaml"),
            "--out",
            folder.Of(store),
            "--workers",
            count,
            "--threads",
            count
        );
    }

    private static string Table(TemporaryFolder folder, string store, string name) =>
        File.ReadAllText(folder.Of(Path.Combine(store, "tables", name)));

    private static string Models(TemporaryFolder folder, string store) =>
        string.Join(
            '\n',
            Directory
                .EnumerateFiles(folder.Of(store), "model.safetensors", SearchOption.AllDirectories)
                .Select(path =>
                    Path.GetRelativePath(folder.Of(store), path)
                    + " "
                    + Convert.ToHexString(
                        System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path))
                    )
                )
                .Order(StringComparer.Ordinal)
        );
}

using System.Globalization;
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
    private const int MostRuns = 400;

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
    public void WorkersAndKillsChangeNothing()
    {
        int kills = Environment.GetEnvironmentVariable("ROBUSTNESS_LONG_TESTS") == "1" ? 10 : 2;
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Of("study.yaml"), Study);
        Run(folder, "quiet", workers: 1);
        Run(folder, "two", workers: 2);

        int killed = 0;
        var moments = new Philox(StreamKey.Create(0, "test/kill-adversarial", ""), 0, 0);
        for (int run = 0; run < MostRuns && killed < kills; run++)
        {
            using var process = StudyProcess.Start(folder, "study.yaml", "killed", 1);
            // Kills fall on adversarial training: only once one has begun is the time taken.
            if (WaitForRounds(folder, process, (int)moments.NextBelow(300)))
            {
                process.Kill();
                process.WaitForExit();
                killed++;
            }
            else
            {
                Directory.Delete(folder.Of("killed"), recursive: true);
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
    }

    // True once a state of adversarial training was there for some time; false when all ended.
    private static bool WaitForRounds(
        TemporaryFolder folder,
        System.Diagnostics.Process process,
        int milliseconds
    )
    {
        while (!HasState(folder))
        {
            if (process.WaitForExit(5))
            {
                return false;
            }
        }
        return !process.WaitForExit(milliseconds);
    }

    private static bool HasState(TemporaryFolder folder)
    {
        string runs = folder.Of(Path.Combine("killed", "runs"));
        return Directory.Exists(runs)
            && Directory
                .EnumerateDirectories(runs)
                .Select(run => Path.Combine(run, "state"))
                .Where(Directory.Exists)
                .Any(state => Directory.EnumerateFiles(state, "0*.json").Any());
    }

    private static void Run(TemporaryFolder folder, string store, int workers)
    {
        using var process = StudyProcess.Start(folder, "study.yaml", store, workers);
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero);
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

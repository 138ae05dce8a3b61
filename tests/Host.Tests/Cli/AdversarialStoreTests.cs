using System.Text.Json.Nodes;
using NUnit.Framework;
using Robustness.Analysis;
using Robustness.Cli;
using Robustness.Reporting;
using Robustness.Results;

namespace Robustness.Tests.Cli;

/// <summary>
/// A finished study with adversarial training: what report and tables say of it is what its runs
/// hold; a pool file that was edited is refused.
/// </summary>
[TestFixture]
public sealed class AdversarialStoreTests
{
    private const string StudyText = """
        name: hardened
        model: { context: 128, rotary_base: 100, initialization: fan_in }
        sizes: [{ width: 16, layers: 1, heads: 1, pretraining_rate: 5e-3 }]
        pretraining: { steps: 4, batch: 4, window: 64 }
        tasks: [{ name: word-length, instructions: short, rows_per_split: 300 }]
        fine_tuning: { steps: 4, batch: 4, chunk_noise: 0.5, optimizer: adamw }
        evaluation: { rows: 20, attacked_rows: 6 }
        attacks:
          - { name: random_token, tokens: 4, iterations: 5 }
          - { name: gcg, tokens: 4, iterations: 3, candidates: 8, top_k: 8 }
        adversarial_training:
          - attack: { name: gcg, tokens: 4, candidates: 16, top_k: 8 }
            iterations: { start: 1, end: 2 }
            rounds: 2
            control: true
            examples_per_round: 20
            most_rows: 40
            optimizer: adamw
            learning_rate: 1e-3
        """;

    private TemporaryFolder _folder = null!;

    private string Study => _folder.Of("hardened.yaml");

    private string Store => _folder.Of("store");

    [OneTimeSetUp]
    public void RunTheStudy()
    {
        _folder = new TemporaryFolder();
        File.WriteAllText(Study, StudyText);
        CommandRun.Good("study", "run", Study, "--out", Store);
    }

    [OneTimeTearDown]
    public void Delete() => _folder.Dispose();

    [Test]
    public void RoundsOfTheReportAreThoseOfTheStore()
    {
        var store = ResultStore.Open(Store);
        var results = StudyResults.Read(store);
        var traces = new AttackedTraces(results);

        var data = ReportRounds.Of(results, traces, store.TablesFolder, 0.2)!;

        var runs = results.Evaluations().Where(e => e.TrainedAttack.Length > 0).ToList();
        Assert.That(data.Target, Is.EqualTo(0.2));
        // Rounds 0, 1 and 2, two arms, two attacks.
        Assert.That(data.Evaluations, Has.Count.EqualTo(12).And.Count.EqualTo(runs.Count));
        foreach (var (found, run) in data.Evaluations.Zip(runs))
        {
            Assert.That((found.Group, found.Round), Is.EqualTo((run.Group, run.Round)));
            bool draws = run.Attack == "random_token";
            Assert.That(found.Role, Is.EqualTo(draws ? AttackRole.Random : AttackRole.Search));
            Assert.That(found.Rows, Has.Count.EqualTo(run.Outcome.AttackedByClass.Sum()));
            Assert.That(found.Broken.Count, Is.EqualTo(run.Outcome.IncorrectPostAttackCount));
            var heldOut = run.Outcome.HeldOut;
            Assert.That(found.Clean, Is.EqualTo(new Share(heldOut.CorrectCount, 20)));
            Assert.That(
                found.RandomInsertion,
                Is.EqualTo(new Share(heldOut.RandomInsertionCorrectCount!.Value, 20))
            );
        }
    }

    [Test]
    public void WithoutAdversarialTrainingThereIsNothingToSayOfRounds()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Of("tiny.yaml"), TinyStudy.Text);
        CommandRun.Good("study", "run", folder.Of("tiny.yaml"), "--out", folder.Of("store"));
        var store = ResultStore.Open(folder.Of("store"));
        var results = StudyResults.Read(store);

        Assert.That(
            ReportRounds.Of(results, new AttackedTraces(results), store.TablesFolder, 0.05),
            Is.Null
        );
    }

    [Test]
    public void BreachesAreThoseOfTheTraces()
    {
        var results = StudyResults.Read(ResultStore.Open(Store));
        var runs = results.Evaluations().ToDictionary(r => (r.Group, r.Round, r.Key.RunId));
        string[][] rows =
        [
            .. File.ReadLines(Path.Combine(Store, "tables", "breaches.csv"))
                .Select(line => line.Split(',')),
        ];
        Assert.That(
            string.Join(',', rows[0]),
            Is.EqualTo(
                "group,model_size,num_params,seed_idx,adv_training_round,run_id,d,"
                    + "iterations_for_success,average_initial_breach"
            )
        );
        Assert.That(rows, Has.Length.EqualTo(1 + (11 * runs.Count)));
        var traces = new AttackedTraces(results);
        foreach (string[] row in rows.Skip(1))
        {
            var run = runs[(row[0], (int)Number(row[4])!.Value, row[5])];
            var attacked = traces.Rows(run);
            double d = Number(row[6])!.Value;
            Assert.That(Number(row[7]), Is.EqualTo(FirstIteration(attacked, d)), row[0]);
            Assert.That(Number(row[8]), Is.EqualTo(MeanBreach(attacked, d)).Within(1e-12), row[0]);
        }
    }

    [Test]
    public void AnEditedPoolOfAFinishedTrainingIsRefused()
    {
        string path = Directory
            .EnumerateFiles(Store, "pool.jsonl", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .First();
        string written = File.ReadAllText(path);
        string report = File.ReadAllText(Path.Combine(Store, "report.html"));
        try
        {
            File.WriteAllText(path, written.Replace("\"round\":2", "\"round\":1", Ordinal));
            foreach (
                string[] command in (string[][])
                    [
                        ["study", "run", Study, "--out", Store],
                        ["report", Store],
                    ]
            )
            {
                var run = CommandRun.Of(command);
                Assert.That(run.Code, Is.EqualTo(2));
                Assert.That(run.Faults, Has.Length.EqualTo(1));
                Assert.That(run.Faults[0], Does.StartWith($"error: {path}: found SHA-256 "));
                Assert.That(run.Faults[0], Does.Contain("; allowed: "));
                Assert.That(
                    File.ReadAllText(Path.Combine(Store, "report.html")),
                    Is.EqualTo(report)
                );
            }
            var status = CommandRun.Good("study", "status", Store, "--json").Json;
            string key = Path.GetFileName(Path.GetDirectoryName(path)!);
            Assert.That(StateOf(status, key[..16]), Is.EqualTo("stale"));
        }
        finally
        {
            File.WriteAllText(path, written);
        }
        CommandRun.Good("study", "run", Study, "--out", Store);
    }

    [Test]
    public void ABadFolderToCompareWithIsRefusedBeforeAnythingIsWritten()
    {
        string path = Path.Combine(Store, "report.html");
        var written = File.GetLastWriteTimeUtc(path);
        foreach (string bad in (string[])[_folder.Of("nowhere"), Path.Combine(Store, "runs")])
        {
            var run = CommandRun.Of("report", Store, "--compare", bad);

            Assert.That(run.Code, Is.EqualTo(2));
            Assert.That(run.Errors, Does.StartWith($"error: {bad}: "));
            Assert.That(File.GetLastWriteTimeUtc(path), Is.EqualTo(written));
        }
    }

    [Test]
    public void WhatALiveCoordinatorWorksOnIsRunningAndElseBegun()
    {
        using var copy = new TemporaryFolder();
        File.Copy(Path.Combine(Store, "study.json"), copy.Of("study.json"));
        File.Copy(Path.Combine(Store, "plan.json"), copy.Of("plan.json"));
        var store = ResultStore.Open(copy.Path);
        var keys = StudyResults.Read(store).Plan.Select(p => new RunKey(p.Key)).ToList();
        using (var held = StoreLock.TryAcquire(copy.Path, null, out string holder)!)
        {
            store.NoteWorker(keys[0], held.Holder);
            store.NoteWorker(keys[1], "process 1 on elsewhere");

            var status = CommandRun.Good("study", "status", copy.Path, "--json").Json;
            Assert.That((string?)status["holders"]![0], Is.EqualTo(holder));
            string[] states = [.. keys.Take(3).Select(k => StateOf(status, k.RunId))];
            Assert.That(states, Is.EqualTo(new[] { "running", "begun", "waiting" }));
            var told = CommandRun.Good("study", "status", copy.Path).Errors;
            Assert.That(told, Does.StartWith("running  pretraining"));
            Assert.That(told, Does.EndWith($"{holder} is running this study.\n"));
        }
        var after = CommandRun.Good("study", "status", copy.Path, "--json").Json;
        Assert.That(after["holders"]!.AsArray(), Is.Empty);
        Assert.That(StateOf(after, keys[0].RunId), Is.EqualTo("begun"));
    }

    private const StringComparison Ordinal = StringComparison.Ordinal;

    private static string StateOf(JsonNode status, string runId) =>
        (string)status["stages"]!.AsArray().Single(s => (string?)s!["run_id"] == runId)!["state"]!;

    private static double? Number(string cell) =>
        cell.Length == 0
            ? null
            : double.Parse(cell, System.Globalization.CultureInfo.InvariantCulture);

    // IFS@d by its definition: the first iteration at which a share d of the rows is broken.
    private static double? FirstIteration(IReadOnlyList<AttackedRow> rows, double d)
    {
        if (d == 0)
        {
            return 0;
        }
        for (int i = 0; rows.Count > 0 && i < rows[0].Broken.Count; i++)
        {
            if (rows.Count(r => r.Broken[i]) / (double)rows.Count >= d)
            {
                return i + 1;
            }
        }
        return null;
    }

    // AIB@d by its definition: the mean first breach of the easiest int(n d) rows, one at least.
    private static double? MeanBreach(IReadOnlyList<AttackedRow> rows, double d)
    {
        int count = Math.Max(1, (int)(rows.Count * d));
        int[] first = [.. rows.Select(r => r.FirstBreach).OfType<int>().Order().Take(count)];
        return first.Length == count ? first.Average() : null;
    }
}

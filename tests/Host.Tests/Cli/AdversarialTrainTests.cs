using System.Text.Json.Nodes;
using NUnit.Framework;
using Robustness.Attacks;
using Robustness.Cli;
using Robustness.Results;
using Robustness.Study;

namespace Robustness.Tests.Cli;

/// <summary>
/// <c>train --adversarial</c>: a study's weights, resume, and rounds that every verb takes.
/// </summary>
[TestFixture]
public sealed class AdversarialTrainTests
{
    private const string Study = """
        name: tiny
        model: { context: 128, rotary_base: 100, initialization: fan_in }
        sizes: [{ width: 16, layers: 1, heads: 1, pretraining_rate: 5e-3 }]
        pretraining: { steps: 8, batch: 4, window: 64 }
        tasks: [{ name: word-length, instructions: short, rows_per_split: 600 }]
        fine_tuning: { steps: 4, batch: 4, optimizer: adamw, learning_rate: 1e-3 }
        evaluation: { rows: 20, attacked_rows: 4 }
        attacks: [{ name: random_token, tokens: 4, iterations: 3 }]
        adversarial_training:
          - attack: { name: gcg, tokens: 4, candidates: 16, top_k: 8 }
            iterations: { start: 1, end: 2 }
            rounds: 2
            examples_per_round: 20
            most_rows: 40
            optimizer: adamw
            learning_rate: 1e-3
        """;

    private static readonly string[] s_settings = TrainedModels.Split(
        "--adversarial --attack gcg --attack-tokens 4 --candidates 16 --top-k 8 --iterations 1:2 "
            + "--rounds 2 --examples-per-round 20 --most-rows 40 --optimizer adamw "
            + "--learning-rate 1e-3 --threads 1"
    );

    private TrainedModels _models = null!;
    private CommandRun _hardened = null!;

    private string Hardened => _models.Of("hardened");

    [OneTimeSetUp]
    public void Train()
    {
        _models = new TrainedModels();
        _hardened = CommandRun.Good([.. Into("hardened"), "--json"]);
    }

    [OneTimeTearDown]
    public void Delete() => _models.Dispose();

    [Test]
    public void EqualSettingsGiveTheRoundsOfAStudyWhichEveryVerbTakes()
    {
        using var study = new TemporaryFolder();
        File.WriteAllText(study.Of("tiny.yaml"), Study);
        CommandRun.Good("study", "run", study.Of("tiny.yaml"), "--out", study.Of("store"));
        string first = Directory
            .EnumerateDirectories(study.Of("store"), "0001", SearchOption.AllDirectories)
            .Single();
        string last = Path.Combine(Path.GetDirectoryName(first)!, "0002");

        Assert.That(
            TrainedModels.Weights(Path.Combine(Hardened, "rounds", "0001")),
            Is.EqualTo(TrainedModels.Weights(first))
        );
        Assert.That(TrainedModels.Weights(Hardened), Is.EqualTo(TrainedModels.Weights(last)));
        var origin = ModelOrigin.Find(first);
        var attack = new AttackSettings
        {
            Kind = AttackKind.RandomToken,
            TokenCount = 4,
            IterationCount = 3,
        };
        var settings = StageSettings.Evaluation(
            origin.Key,
            origin.Round,
            new EvaluationConfig(20, 4),
            attack
        );
        string run = RunKey.Create(StageNames.Evaluation, settings).Hex;
        Assert.That(Directory.Exists(study.Of(Path.Combine("store", "runs", run))), Is.True);
        CheckVerbs(first);
    }

    [Test]
    public void ItsFolderHasRoundsPoolAndOutcome()
    {
        var rounds = _hardened.Json["outcome"]!["rounds"]!.AsArray();
        Assert.That(rounds.Select(r => (int)r!["attack_iterations"]!), Is.EqualTo([1, 2]));
        Assert.That(File.ReadLines(Path.Combine(Hardened, "pool.jsonl")).Count(), Is.EqualTo(40));
        var origins = new[] { "", "rounds/0001", "rounds/0002" }
            .Select(f => ModelOrigin.Find(Path.Combine(Hardened, f)))
            .ToList();
        Assert.That(origins.Select(o => o.Round), Is.EqualTo([2, 1, 2]));
        Assert.That(origins.Select(o => o.Key).Distinct().Count(), Is.EqualTo(1));
        CheckVerbs(Hardened);
        CheckVerbs(Path.Combine(Hardened, "rounds", "0001"));
    }

    [Test]
    public void AnInterruptedOneGoesOnToTheSameBytes()
    {
        string[] arguments = Into("interrupted");
        string partial = _models.Of("interrupted") + ".partial";
        using var source = new CancellationTokenSource();
        using var errors = new CancellingWriter(source, "round 1 of 2: success");
        int code = CommandLine.Run(arguments, new Terminal(TextWriter.Null, errors, source.Token));
        Assert.That(code, Is.EqualTo(130), errors.ToString());

        var other = CommandRun.Of([.. arguments, "--control"]);
        Assert.That(other.Code, Is.EqualTo(2));
        Assert.That(
            other.Faults,
            Has.One.Contains("another training: training.control is false there and true here.")
        );
        string pool = Path.Combine(partial, "state", "rounds", "0001.pool.jsonl");
        string text = File.ReadAllText(pool);
        File.WriteAllText(pool, text + "\n");
        var changed = CommandRun.Of(arguments);
        Assert.That(changed.Code, Is.EqualTo(2));
        Assert.That(changed.Faults, Has.One.Contains("0001.pool.jsonl: found SHA-256"));

        File.WriteAllText(pool, text);
        CommandRun.Good(arguments);
        Assert.That(
            TrainedModels.Weights(_models.Of("interrupted")),
            Is.EqualTo(TrainedModels.Weights(Hardened))
        );
        Assert.That(Directory.Exists(partial), Is.False);
    }

    [TestCase("words", "--examples-per-round 601", "at most 600, the rows of the clean pool.")]
    [TestCase("words", "--rounds 1", "--iterations: found 8 to 64 for one round; allowed:")]
    [TestCase("tiny", "--task word-length", "found no classifier; allowed: a fine-tuned model.")]
    public void WhatCannotBeTrainedIsTold(string model, string options, string fault)
    {
        string[] arguments = ["train", _models.Of(model), "--out", _models.Of("none")];
        var run = CommandRun.Of([.. arguments, "--adversarial", .. TrainedModels.Split(options)]);

        Assert.That(run.Code, Is.EqualTo(2));
        Assert.That(run.Faults, Has.Length.EqualTo(1).And.One.Contains(fault));
        Assert.That(Path.Exists(_models.Of("none.partial")), Is.False);
    }

    private string[] Into(string name) =>
        ["train", _models.Words, "--out", _models.Of(name), .. s_settings];

    private static void CheckVerbs(string model)
    {
        var scored = CommandRun.Good("evaluate", model, "--rows", "8", "--json");
        var attacked = CommandRun.Good([
            .. new[] { "attack", model, "--rows", "8", "--attacked-rows", "1" },
            .. new[] { "--attack", "random_token", "--iterations", "1", "--json" },
        ]);
        JsonNode inspected = CommandRun.Good("model", "inspect", model, "--json").Json;

        Assert.That((int)scored.Json["rows"]!, Is.EqualTo(8));
        Assert.That(scored.Errors + attacked.Errors, Does.Not.Contain("Not the task"));
        Assert.That((string?)inspected["stage"], Is.EqualTo(StageNames.AdversarialTraining));
    }
}

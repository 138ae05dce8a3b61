using System.Text.Json.Nodes;
using NUnit.Framework;
using Robustness.Cli;

namespace Robustness.Tests.Cli;

/// <summary>
/// <c>train</c>: a study's weights, interruptions that leave no trace, whole folders.
/// </summary>
[TestFixture]
public sealed class TrainCommandTests
{
    private TrainedModels _models = null!;

    [OneTimeSetUp]
    public void Train() => _models = new TrainedModels();

    [OneTimeTearDown]
    public void Delete() => _models.Dispose();

    [Test]
    public void EqualSettingsGiveTheWeightsOfAStudy()
    {
        using var study = new TemporaryFolder();
        File.WriteAllText(study.Of("tiny.yaml"), TinyStudy.Text);
        CommandRun.Good("study", "run", study.Of("tiny.yaml"), "--out", study.Of("store"));
        var stored = Directory
            .EnumerateFiles(study.Of("store"), "model.safetensors", SearchOption.AllDirectories)
            .Select(File.ReadAllBytes)
            .ToList();
        byte[] tiny = TrainedModels.Weights(_models.Tiny);
        byte[] words = TrainedModels.Weights(_models.Words);

        Assert.That(stored.Count(s => s.AsSpan().SequenceEqual(tiny)), Is.EqualTo(1));
        Assert.That(stored.Count(s => s.AsSpan().SequenceEqual(words)), Is.EqualTo(1));
    }

    [Test]
    public void GateAndMixAreThoseOfTheStudyFile()
    {
        const string text = """
            name: gated
            model: { context: 128, rotary_base: 100, initialization: fan_in }
            sizes: [{ width: 16, layers: 1, heads: 1 }]
            pretraining:
              steps: 8
              batch: 4
              window: 64
              short_share: 0.5
              mix: { copy: 2, random_copy: 0, same: 1, compare: 3, record: 0.5 }
              gate: { accuracy: 1, max_steps: 12, every: 2, skills: [same, compare] }
            tasks: [{ name: word-length, instructions: short, rows_per_split: 300 }]
            fine_tuning: { steps: 1 }
            evaluation: { rows: 2, attacked_rows: 1 }
            attacks: [{ name: random_token, tokens: 1, iterations: 1 }]
            """;
        using var study = new TemporaryFolder();
        File.WriteAllText(study.Of("gated.yaml"), text);
        CommandRun.Good("study", "run", study.Of("gated.yaml"), "--out", study.Of("store"));
        var stored = Directory
            .EnumerateFiles(study.Of("store"), "model.safetensors", SearchOption.AllDirectories)
            .Select(File.ReadAllBytes);

        string[] shape = "--width 16 --layers 1 --heads 1 --context 128 --rotary-base 100".Split();
        string[] options = (
            "--initialization fan_in --steps 8 --batch 4 --window 64 --short-share 0.5 "
            + "--mix-copy 2 --mix-random-copy 0 --mix-same 1 --mix-compare 3 --mix-record 0.5 "
            + "--gate-accuracy 1 --gate-max-steps 12 --gate-every 2 --gate-skills same,compare"
        ).Split();
        var run = CommandRun.Good(["train", "--out", study.Of("one"), .. shape, .. options]);

        Assert.That(
            run.Errors,
            Does.Contain("12 steps, ").And.Contain("not passed before the cap")
        );
        byte[] weights = TrainedModels.Weights(study.Of("one"));
        Assert.That(stored.Count(s => s.AsSpan().SequenceEqual(weights)), Is.EqualTo(1));
    }

    [TestCase("--gate-every 5", "--gate-every: is for a gate; give --gate-accuracy too.")]
    [TestCase("--gate-accuracy 2", "--gate-accuracy: found 2; allowed: a number above 0 up to 1.")]
    [TestCase(
        "--gate-accuracy 0.9 --schedule linear",
        "--gate-accuracy: a gate needs --schedule warmup_stable_decay."
    )]
    [TestCase(
        "--gate-accuracy 0.9 --gate-skills copy,poem",
        "--gate-skills: found poem; allowed: copy, same, compare, record-same, record-longer."
    )]
    [TestCase(
        "--steps 9 --gate-accuracy 0.9 --gate-max-steps 8",
        "--gate-max-steps: found 8; allowed: from --steps, 9."
    )]
    [TestCase(
        "--mix-copy 0 --mix-random-copy 0 --mix-same 0 --mix-compare 0 --mix-record 0",
        "--mix-copy and the other weights: found 0 for all; one must be above 0."
    )]
    public void AGateOrMixThatCannotBeIsRefused(string options, string fault)
    {
        var run = CommandRun.Of(["train", "--out", _models.Of("none"), .. options.Split()]);

        Assert.That(run.Code, Is.EqualTo(2));
        Assert.That(run.Faults, Has.Length.EqualTo(1));
        Assert.That(run.Faults[0], Does.StartWith("error: " + fault));
        Assert.That(Directory.Exists(_models.Of("none.partial")), Is.False);
    }

    [Test]
    public void AnInterruptedTrainingGoesOnToTheSameBytes()
    {
        string folder = _models.Of("interrupted");
        string[] arguments = ["train", "--out", folder, .. TrainedModels.Scratch];
        using var source = new CancellationTokenSource();
        using var errors = new CancellingWriter(source, "text: generated");
        int code = CommandLine.Run(arguments, new Terminal(TextWriter.Null, errors, source.Token));
        Assert.That(code, Is.EqualTo(130));
        Assert.That(Directory.Exists(folder), Is.False);
        Assert.That(Directory.Exists(folder + ".partial"), Is.True);

        var other = CommandRun.Of([.. arguments, "--seed", "4"]);
        Assert.That(other.Code, Is.EqualTo(2));
        Assert.That(other.Faults, Has.Length.EqualTo(1));
        Assert.That(other.Faults[0], Does.Contain("another training: seed is 0 there and 4 here."));

        CommandRun.Good(arguments);
        Assert.That(TrainedModels.Weights(folder), Is.EqualTo(TrainedModels.Weights(_models.Tiny)));
        Assert.That(Directory.Exists(folder + ".partial"), Is.False);
        string[] names =
        [
            .. Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName)!,
        ];
        Assert.That(
            names,
            Is.EquivalentTo(
                new[] { "config.json", "model.safetensors", "tokenizer.json", "training.json" }
            )
        );
    }

    [Test]
    public void ADoneTrainingIsToldAgainAndNeverOverwritten()
    {
        var again = CommandRun.Good([
            "train",
            "--out",
            _models.Tiny,
            .. TrainedModels.Scratch,
            "--json",
        ]);
        var other = CommandRun.Of(["train", "--out", _models.Tiny, "--steps", "9"]);

        Assert.That((int)again.Json["outcome"]!["step_count"]!, Is.EqualTo(8));
        Assert.That(other.Code, Is.EqualTo(2));
        Assert.That(other.Faults[0], Does.Contain("it is there already and not this training's"));
    }

    [Test]
    public void ATextFileAndATextTaskTrainToo()
    {
        string lines = string.Concat(Enumerable.Repeat("the cat sat on the mat\n", 40));
        File.WriteAllText(_models.Of("text.txt"), lines);
        var rows = Enumerable
            .Range(0, 40)
            .Select(i =>
                $$"""{"body": "row {{i}}", "kind": "{{(i % 3 == 0 ? "ham" : "spam")}}"}"""
            );
        File.WriteAllLines(_models.Of("rows.jsonl"), rows);
        string[] data =
        [
            .. new[] { "--data", _models.Of("rows.jsonl"), "--text", "body" },
            .. new[] { "--label", "kind", "--classes", "ham", "spam" },
        ];
        CommandRun.Good([
            .. new[] { "train", "--out", _models.Of("text"), "--text-file" },
            .. new[] { _models.Of("text.txt"), "--steps", "2", "--window", "16" },
            .. new[] { "--tokenizer", "bpe", "--vocabulary", "264" },
        ]);
        string[] train = ["train", _models.Of("text"), "--out", _models.Of("spam"), "--steps", "2"];
        CommandRun.Good([.. train, .. data]);
        var scored = CommandRun.Good([
            "evaluate",
            _models.Of("spam"),
            "--data",
            _models.Of("rows.jsonl"),
            "--json",
        ]);

        Assert.That((int)scored.Json["rows"]!, Is.EqualTo(8));
        Assert.That(scored.Errors, Does.Not.Contain("Not the task"));
    }

    [Test]
    public void ItsJsonIsTheGolden()
    {
        var run = CommandRun.Good([
            "train",
            _models.Tiny,
            "--out",
            _models.Words,
            .. TrainedModels.FineTuning,
            "--json",
        ]);
        var document = run.Json.AsObject();
        document["model"] = "words";
        Reporting.GoldenFile.Check("train.json", RoundedJson.Of(Text(document)), "Cli");
    }

    private static string Text(JsonObject document) =>
        document.ToJsonString(Robustness.Results.JsonText.Indented);
}

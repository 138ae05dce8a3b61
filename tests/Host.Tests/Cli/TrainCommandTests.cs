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

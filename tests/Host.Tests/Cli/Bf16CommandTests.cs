using NUnit.Framework;

namespace Robustness.Tests.Cli;

/// <summary>A bf16 model through the verbs of one model.</summary>
[TestFixture]
public sealed class Bf16CommandTests
{
    private readonly TemporaryFolder _folder = new();

    private string Tiny => _folder.Of("tiny");

    private string Words => _folder.Of("words");

    [OneTimeSetUp]
    public void Train()
    {
        var run = CommandRun.Good([
            "train",
            "--out",
            Tiny,
            "--precision",
            "bf16",
            .. TrainedModels.Scratch,
        ]);
        Assert.That(run.Errors, Does.Contain("precision: bf16"));
        run = CommandRun.Good(["train", Tiny, "--out", Words, .. TrainedModels.FineTuning]);
        Assert.That(run.Errors, Does.Contain("precision: bf16"));
    }

    [OneTimeTearDown]
    public void Delete() => _folder.Dispose();

    [Test]
    public void InspectShowsPrecisionAndTypes()
    {
        var found = CommandRun.Good("model", "inspect", Words, "--json").Json;
        string shown = CommandRun.Good("model", "inspect", Words).Errors;

        Assert.That((string?)found["config"]!["precision"], Is.EqualTo("bf16"));
        var types = found["tensors"]!.AsArray().Select(t => (string?)t!["dtype"]);
        Assert.That(types, Is.All.EqualTo("BF16"));
        Assert.That(shown, Does.Match("precision +bf16").And.Match("score.weight +BF16 +.2,16."));
    }

    [Test]
    public void ItIsAttackedTheSameWithAndWithoutCaches()
    {
        string[] attack =
        [
            "attack",
            Words,
            .. TrainedModels.Split("--attack gcg --tokens 4 --iterations 2 --candidates 8"),
            .. TrainedModels.Split("--top-k 8 --rows 20 --all --json"),
        ];
        string with = CommandRun.Good(attack).Output;
        string without = CommandRun
            .Good([.. attack, "--no-prefix-cache", "--no-position-reuse", "--threads", "1"])
            .Output;

        Assert.That(Losses(with), Is.Not.Empty.And.EqualTo(Losses(without)));
    }

    [Test]
    public void ItIsEvaluatedAndWrites()
    {
        var scored = CommandRun.Good("evaluate", Words, "--rows", "20", "--json").Json;
        string[] write = ["generate", Tiny, "abc = ", "--new-tokens", "8", "--json"];

        Assert.That((int)scored["rows"]!, Is.EqualTo(20));
        Assert.That(
            CommandRun.Good([.. write, "--no-cache"]).Output,
            Is.EqualTo(CommandRun.Good(write).Output)
        );
    }

    [Test]
    public void ItIsTrainedAdversarially()
    {
        string hardened = _folder.Of("hardened");
        CommandRun.Good([
            .. new[] { "train", Words, "--out", hardened, "--adversarial" },
            .. TrainedModels.Split("--rounds 1 --attack-tokens 4 --candidates 8 --top-k 8"),
            .. TrainedModels.Split("--iterations 1 --examples-per-round 8 --most-rows 16"),
        ]);
        var found = CommandRun.Good("model", "inspect", hardened, "--json").Json;

        Assert.That((string?)found["config"]!["precision"], Is.EqualTo("bf16"));
        Assert.That(TrainedModels.Weights(hardened), Is.Not.EqualTo(TrainedModels.Weights(Words)));
    }

    private static string[] Losses(string lines) =>
        [
            .. System
                .Text.RegularExpressions.Regex.Matches(lines, "\"loss\":[^,}]+")
                .Select(m => m.Value),
        ];
}

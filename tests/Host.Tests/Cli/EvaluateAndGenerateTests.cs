using System.Text.Json.Nodes;
using NUnit.Framework;

namespace Robustness.Tests.Cli;

/// <summary><c>evaluate</c>, <c>generate</c>, <c>model inspect</c> and <c>doctor</c>.</summary>
[TestFixture]
public sealed class EvaluateAndGenerateTests
{
    private TrainedModels _models = null!;

    [OneTimeSetUp]
    public void Train() => _models = new TrainedModels();

    [OneTimeTearDown]
    public void Delete() => _models.Dispose();

    [Test]
    public void EvaluationsJsonIsTheGolden() =>
        TrainedModels.CheckGolden(
            "evaluate.json",
            "evaluate",
            _models.Words,
            "--rows",
            "40",
            "--json"
        );

    [Test]
    public void AccuraciesAreThoseOfTheRows()
    {
        var whole = CommandRun.Good("evaluate", _models.Words, "--rows", "9", "--json").Json;
        int right = 0;
        for (int row = 0; row < 9; row++)
        {
            string[] one = ["evaluate", _models.Words, "--rows", "9", "--json", "--row-ids"];
            right += (int)CommandRun.Good([.. one, $"{row}"]).Json["clean"]!["correct"]!;
        }
        Assert.That((int)whole["clean"]!["correct"]!, Is.EqualTo(right));
    }

    [Test]
    public void AnotherTaskIsTold()
    {
        string[] other = ["--task", "password-match", "--instructions", "short"];
        var run = CommandRun.Good(["evaluate", _models.Words, "--rows", "5", .. other]);

        Assert.That(run.Output, Is.Empty);
        Assert.That(
            run.Errors,
            Does.Contain("Not the task that the model was trained on: name is \"word-length\"")
        );
    }

    [Test]
    public void GenerationsJsonIsTheGolden() =>
        TrainedModels.CheckGolden(
            "generate.json",
            ["generate", _models.Tiny, "abc = ab", "x", .. Sampling, "--json"]
        );

    [Test]
    public void PromptsComeFromArgumentsFilesAndStandardInput()
    {
        File.WriteAllText(_models.Of("prompts.txt"), "abc = ab\nx\n");
        File.WriteAllText(_models.Of("p.jsonl"), "{\"prompt\": \"abc = ab\"}\n\"x\"\n");
        string[] verb = ["generate", _models.Tiny, .. Sampling];
        string expected = CommandRun.Good([.. verb, "abc = ab", "x"]).Output;

        foreach (string file in new[] { "prompts.txt", "p.jsonl" })
        {
            string[] named = [.. verb, "--file", _models.Of(file), "--batch", "1", "--no-cache"];
            Assert.That(CommandRun.Good(named).Output, Is.EqualTo(expected));
        }
        Assert.That(CommandRun.With("abc = ab\nx\n", verb).Output, Is.EqualTo(expected));
        Assert.That(
            CommandRun.With("abc = ab\nx\n", [.. verb, "--file", "-"]).Output,
            Is.EqualTo(expected)
        );
        Assert.That(CommandRun.With("", verb).Faults[0], Does.Contain("prompt: found none"));
    }

    [Test]
    public void APromptThatIsTooLongIsTold()
    {
        var run = CommandRun.Of("generate", _models.Tiny, "x", new string('a', 200));

        Assert.That(run.Code, Is.EqualTo(2));
        Assert.That(
            run.Faults,
            Is.EqualTo(
                new[] { "error: prompt 1: 200 tokens found; the model's context allows 127." }
            )
        );
    }

    [Test]
    public void InspectionsJsonIsTheGolden() =>
        TrainedModels.CheckGolden("inspect.json", "model", "inspect", _models.Words, "--json");

    [Test]
    public void PublishedCheckpointsAreInspected(
        [Values("neox-synthetic", "qwen2-synthetic")] string name
    )
    {
        string folder = Data.OptionalData.Require("checkpoints/" + name);
        var found = CommandRun.Good("model", "inspect", folder, "--json").Json;

        // A classification head of 2 x 32 beside the language model.
        Assert.That(
            (long)found["parameters_stored"]!,
            Is.EqualTo((long)found["config"]!["language_model_parameter_count"]! + 64)
        );
    }

    [Test]
    public void TheDoctorTestsTheEngine()
    {
        var found = CommandRun.Good("doctor", "--json").Json.AsObject();

        Assert.That(
            found.Select(f => f.Key),
            Is.SupersetOf(
                new[] { "cpu", "cores", "memory_bytes", "vector_bits", "fma_peak_gflops" }
            )
        );
        Assert.That((double)found["fma_peak_gflops"]!, Is.Positive);
        var tests = found["self_test"]!.AsArray();
        Assert.That(tests, Has.Count.EqualTo(5));
        Assert.That(found["precisions"]!.ToJsonString(), Is.EqualTo("""["f32","bf16"]"""));
        Assert.That(tests.Select(t => (bool)t!["passed"]!), Is.All.True);
    }

    private static string[] Sampling { get; } =
        TrainedModels.Split("--new-tokens 12 --temperature 0.7 --top-k 30 --top-p 0.9 --seed 3");
}

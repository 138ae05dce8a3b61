using System.Text.Json.Nodes;
using NUnit.Framework;
using Robustness.Attacks;
using Robustness.Cli;
using Robustness.Models;
using Robustness.Results;
using Robustness.Tests.Models;
using Robustness.Tokens;

namespace Robustness.Tests.Cli;

/// <summary><c>attack</c>: traces that others can compute again, rows chosen, text files.</summary>
[TestFixture]
public sealed class AttackCommandTests
{
    private static readonly string[] s_gcg = TrainedModels.Split(
        "--rows 30 --attacked-rows 4 --tokens 4 --iterations 2 --candidates 8 --top-k 8 --json"
    );

    private TrainedModels _models = null!;

    [OneTimeSetUp]
    public void Train() => _models = new TrainedModels();

    [OneTimeTearDown]
    public void Delete() => _models.Dispose();

    [Test]
    public void ItRepeatsTheAttackOfAStudy()
    {
        using var study = new TemporaryFolder();
        File.WriteAllText(study.Of("tiny.yaml"), TinyStudy.Text);
        CommandRun.Good("study", "run", study.Of("tiny.yaml"), "--out", study.Of("store"));
        var store = ResultStore.Open(study.Of("store"));
        var runs = StudyResults.Read(store).Finished;
        var run = runs.First(r =>
            r.Planned.Stage == StageNames.Evaluation && r.Planned.Labels.Attack == "gcg"
        );
        string model = Path.Combine(store.RunFolder(new RunKey(run.Planned.Inputs[0])), "model");
        string traces = Path.Combine(
            store.RunFolder(run.Planned.Key is var key ? new RunKey(key) : default),
            TraceTable.FileName + ".csv"
        );

        var lines = Lines(CommandRun.Good(["attack", model, .. s_gcg]));

        Assert.That((string)lines[0]["scope"]!, Is.EqualTo(run.Planned.Key));
        string stored = File.ReadAllText(traces);
        foreach (var iteration in lines.SelectMany(l => l["iterations"]!.AsArray()))
        {
            double loss = (double)iteration!["loss"]!;
            string text = loss.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
            Assert.That(stored, Does.Contain(text));
        }
    }

    [TestCase("gcg")]
    [TestCase("random_token")]
    [TestCase("identity")]
    public void LogitsLossAndSuccessAreThoseOfTheDefinitionInDouble(string attack)
    {
        using var backend = TinyModel.Backend();
        using var model = Checkpoint.Load(backend, _models.Words);
        var reference = new ReferenceTransformer(model);
        var tokenizer = Tokenizer.Load(_models.Words);
        string[] arguments = ["attack", _models.Words, .. s_gcg, "--attack", attack];
        int count = 0;
        foreach (var line in Lines(CommandRun.Good(arguments)))
        {
            int label = (int)line["label"]!;
            foreach (var iteration in line["iterations"]!.AsArray())
            {
                double[] logits = reference.ClassLogits(
                    tokenizer.Encode((string)iteration!["text"]!)
                );
                int target = 1 - label;
                double loss = Math.Log(1 + Math.Exp(logits[label] - logits[target]));
                Assert.That(
                    iteration["logits"]!.AsArray().Select(l => (double)l!),
                    Is.EqualTo(logits).Within(2e-5)
                );
                Assert.That((double)iteration["loss"]!, Is.EqualTo(loss).Within(2e-5));
                Assert.That(
                    (bool)iteration["success"]!,
                    Is.EqualTo((logits[1] > logits[0] ? 1 : 0) != label)
                );
                count++;
            }
        }
        Assert.That(count, Is.GreaterThanOrEqualTo(2));
    }

    [Test]
    public void RowsAreChosenById()
    {
        string[] some = ["attack", _models.Words, .. s_gcg, "--attacked-rows", "30"];
        var all = Lines(CommandRun.Good([.. Without(some), "--all"]));
        var chosen = CommandRun.Good([.. Without(some), "--all", "--row-ids", "3,7-8"]);

        Assert.That(all, Has.Count.EqualTo(30));
        Assert.That(
            Lines(chosen).Select(l => l.ToJsonString()),
            Is.EqualTo(new[] { 3, 7, 8 }.Select(row => all[row].ToJsonString()))
        );
        Assert.That(chosen.Errors, Does.Contain("3 rows, "));
    }

    [Test]
    public void WrongRowsAreCountedAndLeftOut()
    {
        string[] some = Without(["attack", _models.Words, .. s_gcg]);
        var run = CommandRun.Good(some);
        var rows = Lines(run);

        Assert.That(rows, Is.Not.Empty);
        Assert.That(
            rows.Select(r =>
                Objective.Predict([.. r["clean_logits"]!.AsArray().Select(l => (float)l!)])
            ),
            Is.EqualTo(rows.Select(r => (int)r["label"]!))
        );
        Assert.That(run.Errors, Does.Contain($"30 rows, {rows.Count} right before the attack"));
    }

    [Test]
    public void CachesAndThreadsChangeNoLine()
    {
        string[] arguments = ["attack", _models.Words, .. s_gcg];
        string[] cut = ["--no-prefix-cache", "--no-position-reuse", "--threads", "2"];
        var plain = Lines(CommandRun.Good([.. arguments, "--threads", "1"]));
        var other = Lines(CommandRun.Good([.. arguments, .. cut]));

        Assert.That(
            other.Select(l => l["iterations"]!.ToJsonString()),
            Is.EqualTo(plain.Select(l => l["iterations"]!.ToJsonString()))
        );
    }

    [TestCase("attack")]
    [TestCase("evaluate")]
    [TestCase("generate")]
    public void AnInterruptedVerbEndsWith130(string verb)
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        using var errors = new StringWriter { NewLine = "\n" };
        using var input = new StringReader("x");
        var terminal = new Terminal(TextWriter.Null, errors, source.Token) { Input = input };

        int code = CommandLine.Run([verb, _models.Words], terminal);

        Assert.That(code, Is.EqualTo(130));
        Assert.That(errors.ToString(), Does.Contain("Interrupted."));
    }

    [Test]
    public void ItsJsonIsTheGolden() =>
        TrainedModels.CheckGolden(
            "attack.json",
            ["attack", _models.Words, .. s_gcg, "--row-ids", "0-5", "--all", "--scope", ""]
        );

    // Without the limit on attacked rows.
    private static string[] Without(string[] arguments)
    {
        var list = arguments.ToList();
        while (list.IndexOf("--attacked-rows") is >= 0 and var at)
        {
            list.RemoveRange(at, 2);
        }
        return [.. list];
    }

    private static List<JsonNode> Lines(CommandRun run) =>
        [
            .. run
                .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(l => JsonNode.Parse(l)!),
        ];
}

using NUnit.Framework;
using Robustness.Backends.Cpu;
using Robustness.Compute;
using Robustness.Results;
using Robustness.Study;
using Robustness.Tokens;

namespace Robustness.Tests.Study;

/// <summary>Byte pairs of a study are learned from its text and saved with its models.</summary>
[TestFixture]
public sealed class BytePairStudyTests
{
    private const string Text = """
        name: pairs
        model: { tokenizer: bpe, vocabulary: 300, context: 128 }
        sizes: [{ width: 16, layers: 1 }]
        pretraining: { steps: 2, batch: 2, window: 16 }
        tasks: [{ name: word-length, instructions: short, rows_per_split: 400 }]
        attacks: [{ name: random_token }]
        """;

    [Test]
    public void TheTokenizerLiesBesideTheModel()
    {
        using var folder = new TemporaryFolder();
        var plan = StudyPlan.Create(StudyFile.Parse("pairs.yaml", Text, ""));
        var store = ResultStore.OpenOrCreate(folder.Of("s"), plan.Describe());
        var stage = plan.Stages.First();
        using var backend = new CpuBackend(1, VectorWidth.Chosen());
        var runner = new StageRunner(store, new AttackCaches(), "0", TimeProvider.System);
        runner.Run(backend, stage, _ => { }, CancellationToken.None);

        var saved = Tokenizer.Load(Path.Combine(store.RunFolder(stage.Key), "model"));

        const string text = "Route: kalo\nSign:Y\nRank:- Zürich 1,234";
        Assert.That(saved.VocabularySize, Is.EqualTo(300));
        Assert.That(saved.Encode(text), Is.EqualTo(stage.Tokenizer.Encode(text)));
        Assert.That(saved.Encode(text), Has.Length.LessThan(text.Length));
    }

    [Test]
    public void APretrainingFileIsWhereTheyComeFrom()
    {
        using var folder = new TemporaryFolder();
        string lines = string.Concat(Enumerable.Repeat("zyzzyva kumquat ", 50));
        File.WriteAllText(folder.Of("text.txt"), lines);
        string study = Text.Replace(
                "steps: 2",
                "text: text.txt, steps: 2",
                StringComparison.Ordinal
            )
            .Replace("300", "270", StringComparison.Ordinal);

        var plan = StudyPlan.Create(StudyFile.Parse("pairs.yaml", study, folder.Path));

        var tokenizer = plan.Stages.First().Tokenizer;
        Assert.That(tokenizer.Encode(" kumquat zyzzyva"), Has.Length.LessThan(8));
        Assert.That(
            plan.Stages.First().Key,
            Is.Not.EqualTo(StudyPlan.Create(StudyFile.Parse("s", Text, "")).Stages.First().Key)
        );
    }
}

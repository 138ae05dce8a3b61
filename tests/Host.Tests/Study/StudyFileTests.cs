using NUnit.Framework;
using Robustness.Results;
using Robustness.Study;

namespace Robustness.Tests.Study;

/// <summary>Study files: what is read, and what is said of everything that is wrong.</summary>
[TestFixture]
public sealed class StudyFileTests
{
    private const string Mistyped = """
        name: a
        sizs: [{ width: 16, layers: 1 }]
        tasks: [{ name: word-length }]
        attacks: [{ name: random_token }]
        """;

    private const string Sound = """
        name: tiny
        sizes:
          - { width: 16, layers: 2, heads: 1 }
        tasks:
          - { name: word-length, instructions: short }
        attacks:
          - { name: gcg, tokens: 10, candidates: 8, top_k: 4 }
        """;

    [TestCase("quick", 5, 2)]
    [TestCase("small", 6, 3)]
    public void BuiltInStudiesAreSound(string name, int sizes, int seeds)
    {
        var config = StudyFile.Read(name);

        Assert.That(config.Name, Is.EqualTo(name));
        Assert.That(config.Sizes, Has.Count.EqualTo(sizes));
        Assert.That(config.Seeds, Has.Count.EqualTo(seeds));
    }

    [Test]
    public void TheQuickLadderIsTheMeasuredOne()
    {
        var sizes = StudyFile.Read("quick").Sizes;

        Assert.That(
            sizes.Select(s => s.Model.NonEmbeddingParameterCount),
            Is.EqualTo(new[] { 6592, 25472, 84912, 150080, 335712 })
        );
        Assert.That(sizes.Select(s => s.PretrainingRate), Has.All.Not.Null);
    }

    [Test]
    public void ListsInPlaceOfASettingMakeAGrid()
    {
        string lists = Sound.Replace(
            "candidates: 8",
            "candidates: [8, 16], iterations: [5, 10]",
            StringComparison.Ordinal
        );
        var config = Parse(
            lists
                + "\nfine_tuning: { chunk_noise: [0, 0.9] }"
                + "\npretraining: { tokens: [1024, 4096], batch: 4, window: 64 }"
        );

        Assert.That(
            config.Attacks.Select(a => a.Label),
            Is.EqualTo(new[] { "gcg-8-5", "gcg-8-10", "gcg-16-5", "gcg-16-10" })
        );
        Assert.That(config.Attacks[3].Value.CandidateCount, Is.EqualTo(16));
        Assert.That(config.FineTuning.Select(f => f.Label), Is.EqualTo(new[] { "0", "0.9" }));
        Assert.That(
            config.Pretraining.Select(p => p.Value.Settings.StepCount),
            Is.EqualTo(new[] { 4, 16 })
        );
    }

    [Test]
    public void ModelsSizesAndTasksMakeGridsToo()
    {
        var config = Parse(
            """
            name: grids
            model: { tokenizer: [ascii, bytes], rotary_base: [100, 10000] }
            sizes:
              - { width: [16, 32], layers: 2, heads: 1 }
              - { name: wide, width: 64, layers: 1, heads: [1, 2] }
            tasks:
              - { name: word-length, train_rows: [100, 200] }
              - { name: word-length, label: long-words, instructions: paper }
            attacks: [{ name: random_token }]
            """
        );

        Assert.That(config.Sizes, Has.Count.EqualTo(4 * 4));
        Assert.That(
            config.Sizes.Take(4).Select(s => s.Name),
            Is.EqualTo(new[] { "6k", "25k", "wide-1", "wide-2" })
        );
        Assert.That(
            config.Sizes.Select(s => s.ModelLabel).Distinct(),
            Is.EqualTo(new[] { "ascii-100", "ascii-10000", "bytes-100", "bytes-10000" })
        );
        Assert.That(config.Sizes[^1].Model.VocabularySize, Is.EqualTo(257));
        Assert.That(
            config.Tasks.Select(t => t.Label),
            Is.EqualTo(new[] { "word-length-100", "word-length-200", "long-words" })
        );
    }

    [Test]
    public void AllFaultsAreToldAtOnceInTheOrderOfTheFile()
    {
        var faults = Faults(
            """
            name: tiny
            sizes:
              - { width: 30, layers: 0, heads: 4 }
            sedes: [0]
            tasks:
              - { name: word-lenght }
            fine_tuning:
              steps: many
              chunk_noise: 1.5
            attacks:
              - { name: gcq, tokens: -1 }
              - { name: gcg, tokens: 10, top_k: 4, candidates: 41 }
            """
        );

        Assert.That(
            faults,
            Is.EqualTo(
                new[]
                {
                    "s.yaml:3: sizes[0].layers: found 0; allowed: a whole number from 1 to 1024",
                    "s.yaml:3: sizes[0]: width is 30, which 4 heads do not divide.",
                    "s.yaml:4: sedes: found an unknown setting; allowed: adversarial_training, "
                        + "attacks, evaluation, family, fine_tuning, model, name, pretraining, "
                        + "seeds, sizes, tasks. Did you mean seeds?",
                    "s.yaml:6: tasks[0].name: found word-lenght; allowed: password-match, "
                        + "word-length, text-classification. Did you mean word-length?",
                    "s.yaml:8: fine_tuning.steps: found many; allowed: a whole number from 1",
                    "s.yaml:9: fine_tuning.chunk_noise: found 1.5; allowed: a number from 0 up "
                        + "to 1",
                    "s.yaml:11: attacks[0].name: found gcq; allowed: identity, random_token, "
                        + "gcg. Did you mean gcg?",
                    "s.yaml:11: attacks[0].tokens: found -1; allowed: a whole number from 1",
                    "s.yaml:12: attacks[1].candidates: found 41; 10 tokens x top_k 4 give only "
                        + "40 distinct swaps; allowed: at most 40",
                }
            )
        );
    }

    [TestCase("", "s.yaml:1: study: found no settings")]
    [TestCase("name: [", "s.yaml:2: YAML: ")]
    [TestCase("name: a\nname: b", "s.yaml:2: YAML: ")]
    [TestCase("name: a\nsizes: 3", "s.yaml:2: sizes: found 3; allowed: a list of sizes")]
    [TestCase("name: a\nsizes: []", "s.yaml:2: sizes: found a list; allowed: a list of sizes")]
    [TestCase("name: a\nmodel: 5", "s.yaml:2: model: found 5; allowed: a mapping of settings")]
    [TestCase("name: a\nseeds: [1, 1]", "s.yaml:1: seeds: found 1 more than once")]
    [TestCase(
        "attacks: [{ name: gcg, top_k: 96 }]",
        "s.yaml:1: attacks[0].top_k: found 96; allowed: a whole number from 1 to 95"
    )]
    [TestCase(
        "model: { tokenizer: bep, vocabulary: 256 }",
        "s.yaml:1: model.tokenizer: found bep; allowed: ascii, bytes, bpe. Did you mean bpe?"
    )]
    [TestCase(
        "model: { tokenizer: bpe, vocabulary: 256 }",
        "s.yaml:1: model.vocabulary: found 256; allowed: a whole number from 257 to 1048576"
    )]
    [TestCase(
        "model: { precision: bfloat16 }",
        "s.yaml:1: model.precision: found bfloat16; allowed: f32, bf16. Did you mean bf16?"
    )]
    [TestCase(
        "fine_tuning: { steps: [5, 5] }",
        "s.yaml:1: fine_tuning: found 5 more than once; allowed: each one once"
    )]
    [TestCase(
        "seeds: [3000000000]",
        "s.yaml:1: seeds[0].seed: found 3000000000; allowed: a whole number from 0 to 2147483647"
    )]
    [TestCase("name: a\n[1]: b", "s.yaml:2: a list: found an unknown setting; allowed: ")]
    [TestCase(
        "evaluation: { rows: [1, 2] }",
        "s.yaml:1: evaluation.rows: found a list; allowed: a whole number from 1"
    )]
    [TestCase(
        "fine_tuning: { learning_rate: -1 }",
        "s.yaml:1: fine_tuning.learning_rate: found -1; allowed: a number above 0"
    )]
    [TestCase(
        "pretraining: { tokens: 100, steps: 2 }",
        "s.yaml:1: pretraining.tokens: found both tokens and steps; allowed: one of them"
    )]
    [TestCase("seeds: [0]", "s.yaml:1: name: found nothing; a name is needed")]
    public void AWrongFileIsRefused(string text, string fault) =>
        Assert.That(Faults(text), Has.Some.StartsWith(fault));

    [Test]
    public void AMistypedSettingIsNotMissingToo()
    {
        var faults = Faults(Mistyped);
        Assert.That(faults, Has.Count.EqualTo(1));
        Assert.That(faults[0], Does.StartWith("s.yaml:2: sizs: found an unknown setting; "));
    }

    [Test]
    public void AnUnknownStudyNamesTheNearest() =>
        Assert.That(
            () => StudyFile.Read("qick"),
            Throws.TypeOf<InputFaultException>().With.Message.EndsWith("Did you mean quick?")
        );

    [FsCheck.NUnit.Property(MaxTest = 200)]
    public bool AnyTextIsReadOrRefusedWithItsPlace(string text) =>
        Faults(text ?? "").All(f => f.StartsWith("s.yaml:", StringComparison.Ordinal));

    private static StudyConfig Parse(string text) => StudyFile.Parse("s.yaml", text, "");

    private static IReadOnlyList<string> Faults(string text)
    {
        try
        {
            Parse(text);
            return [];
        }
        catch (InputFaultException e)
        {
            return e.Faults;
        }
    }
}

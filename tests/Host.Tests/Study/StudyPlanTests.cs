using System.Globalization;
using NUnit.Framework;
using Robustness.Results;
using Robustness.Study;

namespace Robustness.Tests.Study;

/// <summary>The stages of a study: their keys, their order, what they need.</summary>
[TestFixture]
public sealed class StudyPlanTests
{
    private const string AcceptVariable = "ROBUSTNESS_ACCEPT_GOLDEN";

    [Test]
    public void TheQuickPlanIsTheCommittedOne()
    {
        string path = Path.Combine(Repository.Root, "tests/Host.Tests/Study/quick-plan.txt");
        string plan = string.Concat(
            StudyPlan
                .Create(StudyFile.Read("quick"))
                .Stages.Select(s =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{s.Key.RunId} {s.Flops / 1e9:0.0} {s.Name} {s.Label}\n"
                    )
                )
        );
        if (Environment.GetEnvironmentVariable(AcceptVariable) == "1")
        {
            File.WriteAllText(path, plan);
        }

        Assert.That(plan, Is.EqualTo(File.ReadAllText(path)), $"{AcceptVariable}=1 accepts it");
    }

    [Test]
    public void EveryStageComesAfterWhatItNeeds()
    {
        var seen = new HashSet<RunKey>();
        foreach (var stage in StudyPlan.Create(StudyFile.Read("quick")).Stages)
        {
            Assert.That(stage.Inputs, Is.SubsetOf(seen));
            Assert.That(stage.Key, Is.EqualTo(RunKey.Create(stage.Name, stage.Settings)));
            seen.Add(stage.Key);
        }
    }

    [Test]
    public void ASettingChangesOnlyTheKeysBehindIt()
    {
        var config = StudyFile.Read("quick");
        var noise = config.FineTuning[0].Value with { ChunkNoise = 0.5 };
        var before = StudyPlan.Create(config);
        var after = StudyPlan.Create(config with { FineTuning = [new("", noise)] });

        var shared = after.Stages.Select(s => s.Key).Intersect(before.Stages.Select(s => s.Key));

        Assert.That(shared.Select(k => before[k].Name), Has.All.EqualTo(StageNames.Pretraining));
        Assert.That(shared.Count(), Is.EqualTo(5));
    }

    [Test]
    public void PrecisionIsInAKeyOnlyWhereItIsNotF32()
    {
        const string text = """
            name: narrow
            model: { precision: [f32, bf16] }
            sizes: [{ width: 16, layers: 2, heads: 1 }]
            tasks: [{ name: word-length, instructions: short, rows_per_split: 400 }]
            attacks: [{ name: random_token }]
            """;
        var plain = StudyPlan.Create(
            StudyFile.Parse("s.yaml", text.Replace("precision: [f32, bf16]", ""), "")
        );
        var both = StudyPlan.Create(StudyFile.Parse("s.yaml", text, ""));
        var models = both.Stages.OfType<PretrainingStage>().ToList();

        Assert.That(models.Select(m => m.Size.ModelLabel), Is.EqualTo(["f32", "bf16"]));
        Assert.That(models[0].Key, Is.EqualTo(plain.Stages.First().Key));
        Assert.That(models[1].Key, Is.Not.EqualTo(models[0].Key));
        Assert.That(models[0].Settings["model"]!["precision"], Is.Null);
        Assert.That((string?)models[1].Settings["model"]!["precision"], Is.EqualTo("bf16"));
        Assert.That(models[1].Flops, Is.EqualTo(models[0].Flops));
    }

    [Test]
    public void AFileThatIsMissingIsNamedBeforeAnyWork()
    {
        const string text = """
            name: mail
            sizes: [{ width: 16, layers: 2, heads: 1 }]
            tasks: [{ name: text-classification, train: nowhere.jsonl }]
            attacks: [{ name: random_token }]
            """;

        Assert.That(
            () => StudyPlan.Create(StudyFile.Parse("s.yaml", text, "folder")),
            Throws.Exception.With.Message.Contains("nowhere.jsonl")
        );
    }

    [Test]
    public void GridPointsAreNamedInTheTables()
    {
        var plan = StudyPlan.Create(
            StudyFile.Parse(
                "s.yaml",
                """
                name: grid
                family: mine
                model: { tokenizer: [ascii, bpe], vocabulary: 300, context: 1024 }
                sizes: [{ name: a, width: 16, layers: 1, heads: 1 }]
                pretraining: { tokens: [1024, 2048] }
                tasks: [{ name: word-length, instructions: [short, paper], rows_per_split: 600 }]
                fine_tuning: { chunk_noise: [0, 0.9] }
                attacks: [{ name: gcg, candidates: 8, top_k: 8, tokens: [4, 8] }]
                """,
                ""
            )
        );

        var evaluations = plan.Stages.OfType<EvaluationStage>().ToList();
        Assert.That(evaluations, Has.Count.EqualTo(32));
        var labels = evaluations[^1].Labels;
        Assert.That(labels.ModelFamily, Is.EqualTo("mine-bpe-2048-0.9"));
        Assert.That(labels.Task, Is.EqualTo("word-length-paper"));
        Assert.That(labels.Attack, Is.EqualTo("gcg-8"));
        Assert.That(
            evaluations[^1].Label,
            Is.EqualTo("a bpe-2048 word-length-paper 0.9 seed 0, gcg-8")
        );
        Assert.That(evaluations[^1].Tokenizer.VocabularySize, Is.EqualTo(300));
        Assert.That(evaluations[0].Tokenizer.VocabularySize, Is.EqualTo(128));
        var names = evaluations.Select(e => (e.Labels.ModelFamily, e.Labels.Task, e.Labels.Attack));
        Assert.That(names, Is.Unique);
    }

    [TestCase(
        "pretraining: { learning_rate: [1e-3, 2e-3] }\nmodel: { context: 1024 }",
        "grid: a 1e-3 seed 0 and a 2e-3 seed 0 have the same settings under two names"
    )]
    [TestCase(
        "model: { tokenizer: bpe, vocabulary: 100000 }",
        "model.vocabulary: found 100000; the pretraining text gives only"
    )]
    public void WhatOnlyThePlanCanSeeIsRefused(string settings, string fault)
    {
        string text =
            "name: grid\nsizes: [{ name: a, width: 16, layers: 1, pretraining_rate: 1e-3 }]\n"
            + "tasks: [{ name: word-length, rows_per_split: 600 }]\n"
            + "attacks: [{ name: random_token }]\n"
            + settings;

        Assert.That(
            () => StudyPlan.Create(StudyFile.Parse("s.yaml", text, "")),
            Throws.TypeOf<InputFaultException>().With.Message.StartsWith(fault)
        );
    }
}

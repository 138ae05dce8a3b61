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
}

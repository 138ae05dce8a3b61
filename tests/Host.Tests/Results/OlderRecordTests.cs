using System.Text.Json.Nodes;
using NUnit.Framework;
using Robustness.Results;

namespace Robustness.Tests.Results;

/// <summary>
/// Records that an older version wrote: used where they still say all, else done again.
/// </summary>
[TestFixture]
public sealed class OlderRecordTests
{
    private static readonly JsonObject Study = new() { ["name"] = "tiny" };

    [Test]
    public void AnEvaluationOfAnOlderFormatIsDoneAgainAndSaid()
    {
        using var folder = new TemporaryFolder();
        var store = ResultStore.OpenOrCreate(folder.Of("s"), Study);
        var key = Commit(store, StageNames.Evaluation, 1);

        Assert.That(store.All(out var faults), Is.Empty);
        Assert.That(faults, Has.Count.EqualTo(1));
        Assert.That(store.Find(key, out string? notice), Is.Null);
        Assert.That(
            notice,
            Does.EndWith(
                "record.json was written in format 1 by an older version; records of this stage "
                    + "are read from format 2 on; the run is done again."
            )
        );
        Assert.That(Directory.Exists(store.RunFolder(key)), Is.False);
    }

    [Test]
    public void ATrainingOfAnOlderFormatIsStillGood()
    {
        using var folder = new TemporaryFolder();
        var store = ResultStore.OpenOrCreate(folder.Of("s"), Study);
        var key = Commit(store, StageNames.Pretraining, 1);

        Assert.That(store.Find(key, out string? notice)!.Format, Is.EqualTo(1));
        Assert.That(notice, Is.Null);
    }

    [Test]
    public void ARecordOfANewerFormatIsRefused()
    {
        using var folder = new TemporaryFolder();
        var store = ResultStore.OpenOrCreate(folder.Of("s"), Study);
        var key = Commit(store, StageNames.Pretraining, 99);

        Assert.That(
            () => store.Find(key, out _),
            Throws.TypeOf<InputFaultException>().With.Message.Contains("written in format 99")
        );
    }

    [Test]
    public void ARunWhoseInputIsDamagedIsNotFinished()
    {
        using var folder = new TemporaryFolder();
        var store = ResultStore.OpenOrCreate(folder.Of("s"), Study);
        var parent = Commit(store, StageNames.Pretraining, RunRecord.FormatVersion);
        var child = Commit(store, StageNames.FineTuning, RunRecord.FormatVersion);
        StudyResults.WritePlan(store, [Planned(parent), Planned(child, parent)]);
        Assert.That(StudyResults.Read(store).Finished.Count(), Is.EqualTo(2));

        File.AppendAllText(Path.Combine(store.RunFolder(parent), "weights.bin"), "more");
        var results = StudyResults.Read(store);

        Assert.That(results.Finished, Is.Empty);
        Assert.That(
            results.Faults,
            Is.EqualTo(new[] { $"{store.RunFolder(parent)}: weights.bin is missing or altered" })
        );
    }

    private static PlannedRun Planned(RunKey key, params RunKey[] inputs) =>
        new()
        {
            Key = key.Hex,
            Stage = "any",
            Label = "any",
            Inputs = [.. inputs.Select(i => i.Hex)],
            EstimatedFlops = 1,
            Labels = new RunLabels
            {
                ModelFamily = "f",
                ModelSize = "s",
                ModelShape = [1, 1, 1],
                ParameterCount = 1,
                NonEmbeddingParameterCount = 1,
                SeedIndex = 0,
            },
        };

    private static RunKey Commit(ResultStore store, string stage, int format)
    {
        var settings = new JsonObject { ["steps"] = 1 };
        var key = RunKey.Create(stage, settings);
        AtomicFile.WriteText(Path.Combine(store.RunFolder(key), "weights.bin"), "weights");
        var record = new RunRecord
        {
            Stage = stage,
            Key = key,
            Settings = settings,
            Inputs = [],
            Outcome = new JsonObject { ["final_loss"] = 1.0 },
            Files = new Dictionary<string, string>(),
            Environment = new RunEnvironment("0", "none", 0),
        };
        store.Commit(record);
        string path = Path.Combine(store.RunFolder(key), "record.json");
        var node = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        node["format"] = format;
        node.Remove("hash");
        node["hash"] = CanonicalJson.Hash(node);
        File.WriteAllText(path, node.ToJsonString());
        return key;
    }
}

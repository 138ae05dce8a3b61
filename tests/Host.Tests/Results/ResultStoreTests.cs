using System.Text.Json.Nodes;
using NUnit.Framework;
using Robustness.Results;

namespace Robustness.Tests.Results;

/// <summary>What is whole is found again; what is not is removed and said.</summary>
[TestFixture]
public sealed class ResultStoreTests
{
    private static readonly JsonObject Study = new()
    {
        ["name"] = "tiny",
        ["seeds"] = new JsonArray(0, 1),
    };

    [Test]
    public void ACommittedRunIsFoundWhole()
    {
        using var folder = new TemporaryFolder();
        var store = ResultStore.OpenOrCreate(folder.Of("s"), Study);
        var record = Commit(store, 3);

        var found = ResultStore.OpenOrCreate(folder.Of("s"), Study).Find(record.Key, out var note);

        Assert.That(note, Is.Null);
        Assert.That(found!.Outcome.ToJsonString(), Is.EqualTo("""{"loss":0.5}"""));
        Assert.That(found.Files.Keys, Is.EqualTo(new[] { "model/weights.bin" }));
        Assert.That(found.Inputs, Is.EqualTo(record.Inputs));
        Assert.That(found.Environment, Is.EqualTo(record.Environment));
        Assert.That(store.All().Select(r => r.Key), Is.EqualTo(new[] { record.Key }));
    }

    [FsCheck.NUnit.Property(MaxTest = 30)]
    public bool AnyChangedByteOfARecordIsNoticed(ushort place, byte change)
    {
        using var folder = new TemporaryFolder();
        var store = ResultStore.OpenOrCreate(folder.Of("s"), Study);
        var record = Commit(store, 3);
        string path = Path.Combine(store.RunFolder(record.Key), "record.json");
        byte[] bytes = File.ReadAllBytes(path);
        int at = place % bytes.Length;
        byte before = bytes[at];
        bytes[at] = (byte)(32 + (change % 90));
        File.WriteAllBytes(path, bytes);

        RunRecord? found;
        string? note;
        try
        {
            found = store.Find(record.Key, out note);
        }
        catch (InputFaultException e)
        {
            // The digit of the format became a larger one.
            return e.Message.Contains("written in format", StringComparison.Ordinal);
        }
        bool harmless = bytes[at] == before || char.IsWhiteSpace((char)before);
        return harmless
            || (found is null && note is not null && !Directory.Exists(Path.GetDirectoryName(path)))
            || SameRecord(found, record);
    }

    [TestCase("model/weights.bin")]
    [TestCase("record.json")]
    public void ATruncatedFileIsRemovedAndSaid(string name)
    {
        using var folder = new TemporaryFolder();
        var store = ResultStore.OpenOrCreate(folder.Of("s"), Study);
        var record = Commit(store, 3);
        string path = Path.Combine(store.RunFolder(record.Key), name);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..2]);

        Assert.That(store.All(), Is.Empty);
        Assert.That(File.Exists(path), Is.True, "listing removes nothing");
        Assert.That(store.Find(record.Key, out string? note), Is.Null);
        Assert.That(note, Does.EndWith("the run is done again.").And.Contains(name));
        Assert.That(Directory.Exists(store.RunFolder(record.Key)), Is.False);
    }

    [Test]
    public void AnotherStudysFolderNamesTheSetting()
    {
        using var folder = new TemporaryFolder();
        ResultStore.OpenOrCreate(folder.Of("s"), Study);
        var other = new JsonObject { ["name"] = "tiny", ["seeds"] = new JsonArray(0, 2) };

        Assert.That(
            () => ResultStore.OpenOrCreate(folder.Of("s"), other),
            Throws
                .TypeOf<InputFaultException>()
                .With.Message.EndsWith("seeds[1] is 1 there and 2 here.")
        );
    }

    [Test]
    public void AFolderOfSomethingElseIsRefused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Of("thesis.txt"), "mine");

        Assert.That(
            () => ResultStore.OpenOrCreate(folder.Path, Study),
            Throws.TypeOf<InputFaultException>().With.Message.Contains("holds no study.json")
        );
    }

    [Test]
    public void ANewerStoreIsRefused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Of("study.json"), """{ "format": 99, "study": {} }""");

        Assert.That(
            () => ResultStore.Open(folder.Path),
            Throws.TypeOf<InputFaultException>().With.Message.Contains("written in format 99")
        );
    }

    [Test]
    public void TheLockHasOneHolderWhoIsNamed()
    {
        using var folder = new TemporaryFolder();
        using (StoreLock.TryAcquire(folder.Path, null, out _))
        {
            Assert.That(StoreLock.TryAcquire(folder.Path, null, out string holder), Is.Null);
            Assert.That(
                holder,
                Is.EqualTo($"process {Environment.ProcessId} on {Environment.MachineName}")
            );
        }
        using var again = StoreLock.TryAcquire(folder.Path, null, out _);
        Assert.That(again, Is.Not.Null);
    }

    [Test]
    public void ShardsHoldAStoreTogetherAndEachItsOwnPart()
    {
        using var folder = new TemporaryFolder();
        using (StoreLock.TryAcquire(folder.Path, "1-of-2", out _))
        {
            using var second = StoreLock.TryAcquire(folder.Path, "2-of-2", out _);
            Assert.That(second, Is.Not.Null);
            foreach (string? refused in (string?[])["1-of-2", null, "1-of-3"])
            {
                Assert.That(StoreLock.TryAcquire(folder.Path, refused, out string holder), Is.Null);
                Assert.That(
                    holder,
                    Is.EqualTo(
                        $"process {Environment.ProcessId} on {Environment.MachineName}, shard "
                            + "1-of-2,"
                    )
                );
            }
        }
        using (StoreLock.TryAcquire(folder.Path, null, out _))
        {
            Assert.That(StoreLock.TryAcquire(folder.Path, "1-of-2", out string holder), Is.Null);
            Assert.That(holder, Does.Not.Contain("shard"));
        }
        using var again = StoreLock.TryAcquire(folder.Path, "1-of-3", out _);
        Assert.That(again, Is.Not.Null);
    }

    private static bool SameRecord(RunRecord? found, RunRecord record) =>
        found is not null
        && CanonicalJson.Write(found.Outcome) == CanonicalJson.Write(record.Outcome)
        && CanonicalJson.Write(found.Settings) == CanonicalJson.Write(record.Settings);

    private static RunRecord Commit(ResultStore store, int steps)
    {
        var settings = new JsonObject { ["steps"] = steps };
        var key = RunKey.Create("pretraining", settings);
        AtomicFile.WriteText(
            Path.Combine(store.RunFolder(key), "model", "weights.bin"),
            "weights of the model"
        );
        AtomicFile.WriteText(Path.Combine(store.StateFolder(key), "state.bin"), "half done");
        var record = new RunRecord
        {
            Stage = "pretraining",
            Key = key,
            Settings = settings,
            Inputs = [RunKey.Create("other", settings)],
            Outcome = new JsonObject { ["loss"] = 0.5 },
            Files = new Dictionary<string, string>(),
            Environment = new RunEnvironment("0.1.0", "cpu", 1.5),
        };
        store.Commit(record);
        return record;
    }
}

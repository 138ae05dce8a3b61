using NUnit.Framework;

namespace Robustness.Tests.Cli;

/// <summary>One store has one coordinator; shards share the work of a study.</summary>
[TestFixture]
public sealed class CoordinatorTests
{
    private static readonly string[] s_shards = ["1/2", "2/2"];

    [Test]
    public void ASecondCoordinatorIsToldWhoHoldsTheStore()
    {
        using var folder = new TemporaryFolder();
        string file = Write(folder, TinyStudy.Longer(20));
        string store = folder.Of("store");
        using var first = StudyProcess.Start("study", "run", file, "--out", store);
        var sight = new StoreSight(store);
        while (!(sight.HolderIs(first.Id) && sight.IsWorking))
        {
            Assert.That(first.HasExited, Is.False, first.Errors);
            Thread.Sleep(10);
        }

        using var second = StudyProcess.Start("study", "run", file, "--out", store);
        Assert.That(second.Wait(), Is.EqualTo(2));
        Assert.That(
            second.Errors,
            Is.EqualTo(
                $"error: {store}: process {first.Id} on {Environment.MachineName} is running this "
                    + "study. Wait until it ends, or name another folder with --out."
            )
        );

        Assert.That(first.HasExited, Is.False, "the first one goes on");
        first.Kill();
        using var third = StudyProcess.Start("study", "run", file, "--out", store);
        Assert.That(third.Wait(TimeSpan.FromSeconds(1)), Is.False, "a dead holder holds nothing");
    }

    [Test]
    public void ShardsInOneFolderAndMergedFoldersGiveTheTablesOfTheWhole()
    {
        using var folder = new TemporaryFolder();
        string file = Write(folder, TinyStudy.Text);
        Run(file, folder.Of("whole"));
        string expected = new StoreSight(folder.Of("whole")).Table;

        var beside = s_shards.Select(s => Start(file, folder.Of("shared"), s)).ToList();
        beside.ForEach(p => Assert.That(p.Wait(), Is.Zero, p.Errors));
        beside.ForEach(p => p.Dispose());
        Assert.That(new StoreSight(folder.Of("shared")).Table, Is.EqualTo(expected));

        foreach (string shard in s_shards)
        {
            using var one = Start(file, folder.Of("part" + shard[0]), shard);
            Assert.That(one.Wait(), Is.Zero, one.Errors);
            Assert.That(one.Errors, Does.EndWith("tables and report come with the last shard."));
        }
        CopyRuns(folder.Of("part2"), folder.Of("part1"));
        using var report = StudyProcess.Start("report", folder.Of("part1"));
        Assert.That(report.Wait(), Is.Zero, report.Errors);
        Assert.That(new StoreSight(folder.Of("part1")).Table, Is.EqualTo(expected));
    }

    private static string Write(TemporaryFolder folder, string study)
    {
        string file = folder.Of("tiny.yaml");
        File.WriteAllText(file, study);
        return file;
    }

    private static StudyProcess Start(string file, string store, string shard) =>
        StudyProcess.Start("study", "run", file, "--out", store, "--shard", shard);

    private static void Run(string file, string store)
    {
        using var process = StudyProcess.Start("study", "run", file, "--out", store);
        Assert.That(process.Wait(), Is.Zero, process.Errors);
    }

    // What docs/study.md says: cp -r part2/runs/. part1/runs/
    private static void CopyRuns(string from, string to)
    {
        string runs = Path.Combine(from, "runs");
        foreach (string file in Directory.EnumerateFiles(runs, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, "runs", Path.GetRelativePath(runs, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}

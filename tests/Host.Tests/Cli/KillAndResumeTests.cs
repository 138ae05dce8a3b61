using System.Globalization;
using NUnit.Framework;
using Robustness.Numerics;

namespace Robustness.Tests.Cli;

/// <summary>The real process, killed while it works, ends with the tables of a quiet run.</summary>
[TestFixture]
public sealed class KillAndResumeTests
{
    private const string LongVariable = "ROBUSTNESS_LONG_TESTS";
    private const int MostRuns = 200;

    [Test]
    public void TablesAreThoseOfAnUndisturbedRun() => KillAndResume(3, 700, stepScale: 1);

    [Test]
    [Category("Long")]
    public void TwentyKillsChangeNoTable()
    {
        if (Environment.GetEnvironmentVariable(LongVariable) != "1")
        {
            Assert.Ignore($"Takes minutes; {LongVariable}=1 runs it.");
        }
        KillAndResume(20, 5000, stepScale: 40);
    }

    private static void KillAndResume(int kills, int longestWork, int stepScale)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Of("tiny.yaml"), TinyStudy.Longer(stepScale));
        using (var quiet = Start(folder, "quiet"))
        {
            Assert.That(quiet.Wait(), Is.Zero, quiet.Errors);
        }
        string expected = new StoreSight(folder.Of("quiet")).Table;

        int atWork = 0;
        int withState = 0;
        var moments = new Philox(StreamKey.Create(0, "test/kill", ""), 0, 0);
        for (int run = 0; run < MostRuns && atWork < kills; run++)
        {
            var sight = new StoreSight(folder.Of("killed"));
            if (sight.IsComplete)
            {
                // It came to its end: compare, and begin anew, so that kills fall on work.
                Assert.That(sight.Table, Is.EqualTo(expected));
                Directory.Delete(folder.Of("killed"), recursive: true);
            }
            int before = sight.DoneCount;
            using var process = Start(folder, "killed");
            WaitForWork(process, sight, before);
            if (!process.Wait(TimeSpan.FromMilliseconds(moments.NextBelow((uint)longestWork))))
            {
                process.Kill();
                atWork += sight.IsWorking ? 1 : 0;
                withState += sight.HasSavedState ? 1 : 0;
            }
        }
        using (var last = Start(folder, "killed"))
        {
            Assert.That(last.Wait(), Is.Zero, last.Errors);
        }

        TestContext.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{atWork} kills while a stage was in flight, {withState} of them with a part saved"
            )
        );
        Assert.That(atWork, Is.EqualTo(kills));
        Assert.That(new StoreSight(folder.Of("killed")).Table, Is.EqualTo(expected));
    }

    // Stages left by an earlier kill look begun too: new work shows as one more that is done, or
    // as the lock of this process with a stage in flight.
    private static void WaitForWork(StudyProcess process, StoreSight sight, int before)
    {
        while (!process.HasExited && !(sight.HolderIs(process.Id) && sight.IsWorking))
        {
            if (sight.DoneCount > before)
            {
                return;
            }
            Thread.Sleep(10);
        }
    }

    private static StudyProcess Start(TemporaryFolder folder, string store) =>
        StudyProcess.Start(
            "study",
            "run",
            folder.Of("tiny.yaml"),
            "--out",
            folder.Of(store),
            "--threads",
            "1"
        );
}

using System.Diagnostics;
using System.Globalization;
using NUnit.Framework;
using Robustness.Numerics;

namespace Robustness.Tests.Cli;

/// <summary>
/// The real process, killed at random moments, ends with the tables of a quiet run.
/// </summary>
[TestFixture]
public sealed class KillAndResumeTests
{
    private const string LongVariable = "ROBUSTNESS_LONG_TESTS";
    private const int MostRuns = 200;

    [Test]
    public void TablesAreThoseOfAnUndisturbedRun()
    {
        bool isLong = Environment.GetEnvironmentVariable(LongVariable) == "1";
        int kills = isLong ? 20 : 3;
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Of("tiny.yaml"), TinyStudy.Text);
        using (var quiet = Start(folder, "quiet"))
        {
            quiet.WaitForExit();
            Assert.That(quiet.ExitCode, Is.Zero);
        }

        int killed = 0;
        var moments = new Philox(StreamKey.Create(0, "test/kill", ""), 0, 0);
        for (int run = 0; run < MostRuns && killed < kills; run++)
        {
            using var process = Start(folder, "killed");
            int milliseconds = 100 + (int)moments.NextBelow(2000);
            if (!process.WaitForExit(milliseconds))
            {
                process.Kill();
                process.WaitForExit();
                killed++;
            }
            else if (Directory.Exists(folder.Of("killed")))
            {
                // It got to the end: begin anew, so that kills fall on work.
                Directory.Delete(folder.Of("killed"), recursive: true);
            }
        }
        using (var last = Start(folder, "killed"))
        {
            last.WaitForExit();
            Assert.That(last.ExitCode, Is.Zero);
        }

        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{killed} kills"));
        Assert.That(killed, Is.EqualTo(kills));
        Assert.That(Table(folder, "killed"), Is.EqualTo(Table(folder, "quiet")));
    }

    private static string Table(TemporaryFolder folder, string store) =>
        File.ReadAllText(folder.Of(Path.Combine(store, "tables", "evaluations.csv")));

    private static Process Start(TemporaryFolder folder, string store)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "robustness.dll");
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        string[] arguments =
        [
            program,
            "study",
            "run",
            folder.Of("tiny.yaml"),
            "--out",
            folder.Of(store),
            "--threads",
            "1",
        ];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return process;
    }
}

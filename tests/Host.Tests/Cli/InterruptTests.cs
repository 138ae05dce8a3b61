using System.Diagnostics;
using NUnit.Framework;

namespace Robustness.Tests.Cli;

/// <summary>The real process, interrupted as by Ctrl-C, ends with 130 and goes on later.</summary>
[TestFixture]
[Platform(Exclude = "Win")]
public sealed class InterruptTests
{
    private const int Interrupted = 130;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    [Test]
    public void AnInterruptedTrainingEndsCleanlyAndResumesToTheSameBytes()
    {
        using var folder = new TemporaryFolder();
        using (var process = Start(folder, "interrupted"))
        {
            WaitFor(process, "step ");
            using var signal = Process.Start(
                "kill",
                ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]
            )!;
            signal.WaitForExit();
            Assert.That(process.WaitForExit(s_patience), Is.True, "It went on after the signal.");
            Assert.That(process.ExitCode, Is.EqualTo(Interrupted));
        }
        Assert.That(Directory.Exists(folder.Of("interrupted")), Is.False);

        using (var resumed = Start(folder, "interrupted"))
        {
            WaitFor(resumed, "Going on with what");
            Finish(resumed);
        }
        using (var quiet = Start(folder, "quiet"))
        {
            Finish(quiet);
        }
        Assert.That(
            TrainedModels.Weights(folder.Of("interrupted")),
            Is.EqualTo(TrainedModels.Weights(folder.Of("quiet")))
        );
    }

    private static void WaitFor(Process process, string beginning)
    {
        string? line;
        do
        {
            line = process.StandardError.ReadLine();
            Assert.That(line, Is.Not.Null, $"It ended before a line '{beginning}'.");
        } while (!line!.StartsWith(beginning, StringComparison.Ordinal));
    }

    private static void Finish(Process process)
    {
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero);
    }

    // Some seconds of training, told of every second.
    private static Process Start(TemporaryFolder folder, string name)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "robustness.dll");
        string[] settings = TrainedModels.Split(
            "--width 32 --context 64 --steps 500 --batch 16 --threads 1"
        );
        return Process.Start(
            new ProcessStartInfo(
                "dotnet",
                [program, "train", "--out", folder.Of(name), .. settings]
            )
            {
                RedirectStandardError = true,
            }
        )!;
    }
}

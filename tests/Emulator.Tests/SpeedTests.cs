using Robustness.Emulator;

namespace Robustness.Tests;

/// <summary>Speed on a tiled f32 product, for the record: run by name.</summary>
[Explicit("measures speed")]
internal sealed class SpeedTests
{
    private const int N = 512;
    private const int Repeats = 9;

    private static EmulatorOptions Options(EmulatorChecks checks, int threads, bool counters) =>
        new()
        {
            Checks = checks,
            HostThreads = threads,
            CollectCounters = counters,
            CollectCoverage = counters,
        };

    private static readonly (string Name, EmulatorOptions Options)[] Ways =
    [
        ("checks off", Options(EmulatorChecks.None, 1, false)),
        ("checks off, 2 threads", Options(EmulatorChecks.None, 2, false)),
        ("checks off, counters", Options(EmulatorChecks.None, 1, true)),
        ("uninitialized", Options(EmulatorChecks.Uninitialized, 1, false)),
        ("race", Options(EmulatorChecks.Race, 1, false)),
        ("all checks", Options(EmulatorChecks.All, 1, false)),
        ("all checks, counters", Options(EmulatorChecks.All, 1, true)),
    ];

    /// <summary>One launch on one thread and one on two, in turn, checks off.</summary>
    [Test]
    public void TwoThreadsAgainstOne()
    {
        const int Pairs = 15;
        var ratios = new List<double>();
        for (int pair = 0; pair <= Pairs; pair++)
        {
            double one = TiledProductTests.Run("tiled.ptx", N, Ways[0].Options).Report.Seconds;
            double two = TiledProductTests.Run("tiled.ptx", N, Ways[1].Options).Report.Seconds;
            ratios.Add(one / two);
        }
        double[] sorted = [.. ratios.Skip(1).Order()];
        string range = $"{sorted[Pairs / 2]:F2} ({sorted[0]:F2}, {sorted[^1]:F2})";
        TestContext.Out.WriteLine($"two threads against one: median (min, max) | {range} |");
    }

    [Test]
    public void TiledProduct()
    {
        EmulatorOptions counted = Options(EmulatorChecks.None, 1, true);
        LaunchReport first = TiledProductTests.Run("tiled.ptx", N, counted).Report;
        double lanes = first.Counters.LaneInstructions / 1e6;
        var wall = new List<double>[Ways.Length];
        var used = new List<double>[Ways.Length];
        for (int repeat = 0; repeat <= Repeats; repeat++)
        {
            for (int way = 0; way < Ways.Length; way++)
            {
                TimeSpan before = Environment.CpuUsage.TotalTime;
                LaunchReport report = TiledProductTests
                    .Run("tiled.ptx", N, Ways[way].Options)
                    .Report;
                double processor = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
                if (repeat > 0)
                {
                    (wall[way] ??= []).Add(lanes / report.Seconds);
                    (used[way] ??= []).Add(lanes / processor);
                }
            }
        }
        TestContext.Out.WriteLine($"{lanes:F0} million lane instructions a launch");
        TestContext.Out.WriteLine("| way | wall: median (min, max) | processor time: median |");
        for (int way = 0; way < Ways.Length; way++)
        {
            double[] sorted = [.. wall[way].Order()];
            string range = $"{sorted[Repeats / 2]:F0} ({sorted[0]:F0}, {sorted[^1]:F0})";
            double middle = used[way].Order().ElementAt(Repeats / 2);
            TestContext.Out.WriteLine($"| {Ways[way].Name} | {range} | {middle:F0} |");
        }
    }
}

using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Robustness.Interop;

namespace Robustness.Emulator;

/// <summary>Runs the blocks of one launch and adds up what they report.</summary>
internal static class KernelLaunch
{
    private const EmulatorChecks Ordered = EmulatorChecks.Race | EmulatorChecks.Uninitialized;

    public static LaunchReport Run(LaunchState state)
    {
        long start = Stopwatch.GetTimestamp();
        bool serial = (state.Options.Checks & Ordered) != 0 || state.Kernel.NeedsOrder;
        int threads = serial ? 1 : Math.Max(1, state.Options.HostThreads);
        var runners = new BlockRunner[(int)Math.Min((ulong)threads, state.Grid.Count)];
        for (int i = 0; i < runners.Length; i++)
        {
            runners[i] = new BlockRunner(state);
        }
        try
        {
            long next = -1;
            void Work(int which)
            {
                while (true)
                {
                    ulong index = (ulong)Interlocked.Increment(ref next);
                    if (index >= state.Grid.Count)
                    {
                        return;
                    }
                    runners[which].Run(index);
                }
            }
            OnThreads(runners.Length, Work);
            return Collect(state, runners, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        finally
        {
            Array.ForEach(runners, runner => runner.Dispose());
        }
    }

    /// <summary>
    /// Runs the first job here and every other on a thread of its own: a pool could be busy and
    /// start the second when the first has done all blocks.
    /// </summary>
    private static void OnThreads(int count, Action<int> work)
    {
        var failures = new Exception?[count];
        void Guarded(int which)
        {
            try
            {
                work(which);
            }
            catch (Exception failure) when (which > 0)
            {
                failures[which] = failure;
            }
        }
        Thread[] others = [.. Enumerable.Range(1, count - 1).Select(i => new Thread(Start(i)))];
        ThreadStart Start(int which) => () => Guarded(which);
        Array.ForEach(others, thread => thread.Start());
        try
        {
            Guarded(0);
        }
        finally
        {
            Array.ForEach(others, thread => thread.Join());
        }
        Exception? first = Array.Find(failures, failure => failure is not null);
        if (first is not null)
        {
            ExceptionDispatchInfo.Throw(first);
        }
    }

    private static LaunchReport Collect(LaunchState state, BlockRunner[] runners, double seconds)
    {
        Fault[] faults =
        [
            .. runners
                .SelectMany(runner => runner.Faults)
                .OrderBy(entry => entry.Block)
                .ThenBy(entry => entry.Order)
                .Take(100)
                .Select(entry => entry.Fault),
        ];
        LaunchCounters total = CounterSum.Of(state, runners);
        return new LaunchReport(state.Kernel.Source.Name, state.Grid, state.Block, seconds)
        {
            Faults = faults,
            More = runners.Sum(runner => runner.AllFaults) - faults.Length,
            Counters = state.Options.CollectCounters ? total : new LaunchCounters(),
            Output = string.Concat(runners.Select(runner => runner.Output)),
            Coverage = state.Options.CollectCoverage
                ? CounterSum.Coverage(state, runners)
                : new Dictionary<string, SortedDictionary<int, long>>(),
            Guards = state.Options.CollectCoverage ? CounterSum.Guards(state, runners) : [],
        };
    }
}

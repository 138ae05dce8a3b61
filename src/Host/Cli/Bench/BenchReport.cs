using System.Diagnostics;
using Robustness.Compute;

namespace Robustness.Cli.Bench;

/// <summary>
/// What a bench verb writes with <c>--json</c>, in the order of its fields; names are snake_case
/// there.
/// </summary>
/// <typeparam name="TResult">One size.</typeparam>
/// <typeparam name="TSummary">Over all sizes.</typeparam>
/// <param name="Bench">Which bench.</param>
/// <param name="Machine">Where.</param>
/// <param name="Backend">Device in words.</param>
/// <param name="Threads">Threads that computed.</param>
/// <param name="PeakGflops">Multiply-add peak of those threads, measured in the same run.</param>
/// <param name="Results">One for each size.</param>
/// <param name="Summary">Over all sizes.</param>
public sealed record BenchReport<TResult, TSummary>(
    string Bench,
    BenchMachine Machine,
    string Backend,
    int Threads,
    double PeakGflops,
    IReadOnlyList<TResult> Results,
    TSummary Summary
);

/// <summary>What every bench says of its whole run.</summary>
/// <param name="PeakMemoryBytes">Most resident memory of the process.</param>
public sealed record BenchSummary(long PeakMemoryBytes)
{
    /// <summary>Most resident memory of this process so far.</summary>
    public static long PeakMemory()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}

/// <summary>One operation's part of a step, an iteration or a token, on average.</summary>
/// <param name="Name">The operation.</param>
/// <param name="Calls">Launches.</param>
/// <param name="Milliseconds">Time.</param>
/// <param name="Gflops">GFLOP/s by its cost.</param>
/// <param name="Bytes">Least traffic by its cost.</param>
public sealed record BenchOperation(
    string Name,
    double Calls,
    double Milliseconds,
    double Gflops,
    double Bytes
)
{
    /// <summary>What the meter counted, divided by the steps; null without a meter.</summary>
    internal static IReadOnlyList<BenchOperation>? Of(MeteredBackend? meter, int steps) =>
        meter is null
            ? null
            :
            [
                .. meter
                    .Totals()
                    .Select(total => new BenchOperation(
                        total.Name,
                        total.Calls / (double)steps,
                        total.Seconds * 1e3 / steps,
                        total.Cost.Flops / Math.Max(1e-9, total.Seconds) / 1e9,
                        total.Cost.Bytes / (double)steps
                    )),
            ];
}

/// <summary>The middle of some measurements, and the two at the ends.</summary>
/// <param name="Median">Upper median.</param>
/// <param name="Min">Smallest.</param>
/// <param name="Max">Largest.</param>
internal readonly record struct Spread(double Median, double Min, double Max)
{
    /// <summary>Of at least one value.</summary>
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new Spread(sorted[sorted.Length / 2], sorted[0], sorted[^1]);
    }
}

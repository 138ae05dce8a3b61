using Robustness.Backends.Cpu;
using Robustness.Compute;

namespace Robustness.Cli.Bench;

/// <summary>
/// What a bench runs on: a backend, metered when asked for, the clock, and the multiply-add peak
/// of its threads, measured before and after the work; the larger of both counts.
/// </summary>
internal sealed class BenchEnvironment : IDisposable
{
    private readonly CpuBackend _backend;
    private readonly double _peakBefore;

    public BenchEnvironment(TimeProvider time, int threads, int vectorBits, bool operations)
    {
        Time = time;
        // The processor's peak, not that of a narrower width which is forced.
        _peakBefore = FmaPeak.Measure(threads, VectorWidth.Widest);
        _backend = new CpuBackend(threads, vectorBits);
        Meter = operations ? new MeteredBackend(_backend, time) : null;
    }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Where to compute.</summary>
    public IBackend Backend => Meter is null ? _backend : Meter;

    /// <summary>The meter, or null.</summary>
    public MeteredBackend? Meter { get; }

    /// <summary>A report of what was measured, its shares of peak made from FLOP/s.</summary>
    /// <param name="bench">Which bench.</param>
    /// <param name="measured">Results that wait for the peak.</param>
    /// <param name="share">A result with its share of a peak in GFLOP/s.</param>
    /// <param name="summary">Summary of the results.</param>
    public BenchReport<TResult, TSummary> Report<TResult, TSummary>(
        string bench,
        IReadOnlyList<TResult> measured,
        Func<TResult, double, TResult> share,
        Func<IReadOnlyList<TResult>, TSummary> summary
    )
    {
        int threads = _backend.ThreadCount;
        double peak = Math.Max(_peakBefore, FmaPeak.Measure(threads, VectorWidth.Widest));
        List<TResult> found = [.. measured.Select(result => share(result, peak))];
        return new BenchReport<TResult, TSummary>(
            bench,
            BenchMachine.Current(),
            _backend.Description,
            threads,
            peak,
            found,
            summary(found)
        );
    }

    public void Dispose() => _backend.Dispose();
}

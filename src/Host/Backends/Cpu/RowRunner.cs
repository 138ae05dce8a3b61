using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>Work on rows first .. end - 1, at any vector width.</summary>
internal interface IRowJob
{
    /// <summary>Does the rows.</summary>
    void Run<T>(int first, int end)
        where T : struct, ILanes<T>;
}

/// <summary>
/// Holds a job while the pool works on it, so that launching one allocates nothing.
/// </summary>
internal sealed class RowRunner<TJob>
    where TJob : struct, IRowJob
{
    private TJob _job;
    private int _rowCount;
    private int _partCount;
    private int _vectorBits;
    private readonly Action<int> _part;

    public RowRunner() => _part = Part;

    public void Run(WorkerPool pool, in TJob job, int rowCount, int partCount, int vectorBits)
    {
        _job = job;
        _rowCount = rowCount;
        _partCount = partCount;
        _vectorBits = vectorBits;
        pool.Run(partCount, _part);
    }

    private void Part(int part)
    {
        int first = (int)((long)_rowCount * part / _partCount);
        int end = (int)((long)_rowCount * (part + 1) / _partCount);
        switch (_vectorBits)
        {
            case 512:
                _job.Run<Lanes512>(first, end);
                break;
            case 256:
                _job.Run<Lanes256>(first, end);
                break;
            default:
                _job.Run<Lanes128>(first, end);
                break;
        }
    }
}

/// <summary>Launching row jobs.</summary>
public sealed unsafe partial class CpuBackend
{
    /// <summary>Below this many operations a job stays on one thread.</summary>
    private const long SmallestParallelJob = 40_000;

    private const int PartsPerThread = 4;

    private readonly Dictionary<Type, object> _runners = [];

    private void RunRows<TJob>(in TJob job, int rowCount, long operationsPerRow)
        where TJob : struct, IRowJob
    {
        if (!_runners.TryGetValue(typeof(TJob), out object? runner))
        {
            runner = new RowRunner<TJob>();
            _runners[typeof(TJob)] = runner;
        }
        bool parallel =
            ThreadCount > 1 && rowCount > 1 && rowCount * operationsPerRow >= SmallestParallelJob;
        int parts = parallel ? Math.Min(rowCount, ThreadCount * PartsPerThread) : 1;
        ((RowRunner<TJob>)runner).Run(_pool, job, rowCount, parts, _vectorBits);
    }
}

namespace Robustness.Backends.Cpu;

/// <summary>
/// Long-lived threads that take the parts of one job: they spin briefly for the next job, then
/// park. Part p of n is always the same work, whichever thread does it.
/// </summary>
internal sealed class WorkerPool : IDisposable
{
    private const int SpinCount = 4000;

    private readonly Thread[] _threads;
    private readonly SemaphoreSlim[] _wake;
    private readonly int[] _parked;
    private Action<int>? _job;
    private int _partCount;
    private int _nextPart;
    private int _running;
    private int _generation;
    private volatile bool _stop;
    private Exception? _failure;

    /// <summary>
    /// A pool that computes on the caller and threadCount - 1 threads of its own.
    /// </summary>
    public WorkerPool(int threadCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threadCount);
        ThreadCount = threadCount;
        _threads = new Thread[threadCount - 1];
        _wake = new SemaphoreSlim[threadCount - 1];
        _parked = new int[threadCount - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            int index = i;
            _wake[i] = new SemaphoreSlim(0);
            _threads[i] = new Thread(() => Loop(index))
            {
                IsBackground = true,
                Name = $"worker {i + 1}",
            };
            _threads[i].Start();
        }
    }

    /// <summary>Threads that compute, the caller included.</summary>
    public int ThreadCount { get; }

    /// <summary>
    /// Runs job(0) .. job(partCount - 1), in any order, on all threads; returns when all are done.
    /// Keep the delegate: a job allocates nothing here.
    /// </summary>
    public void Run(int partCount, Action<int> job)
    {
        if (_threads.Length == 0 || partCount <= 1)
        {
            for (int part = 0; part < partCount; part++)
            {
                job(part);
            }
            return;
        }
        _job = job;
        _partCount = partCount;
        _nextPart = 0;
        _running = _threads.Length;
        Interlocked.Increment(ref _generation);
        for (int i = 0; i < _threads.Length; i++)
        {
            if (Interlocked.Exchange(ref _parked[i], 0) == 1)
            {
                _wake[i].Release();
            }
        }
        TakeParts();
        var spinner = default(SpinWait);
        while (Volatile.Read(ref _running) != 0)
        {
            spinner.SpinOnce(sleep1Threshold: -1);
        }
        if (_failure is { } failure)
        {
            _failure = null;
            throw new InvalidOperationException("A worker thread failed.", failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop = true;
        Interlocked.Increment(ref _generation);
        for (int i = 0; i < _threads.Length; i++)
        {
            Interlocked.Exchange(ref _parked[i], 0);
            _wake[i].Release();
            _threads[i].Join();
            _wake[i].Dispose();
        }
    }

    private void Loop(int index)
    {
        int seen = 0;
        while (true)
        {
            WaitForJob(index, seen);
            seen = Volatile.Read(ref _generation);
            if (_stop)
            {
                return;
            }
            TakeParts();
            Interlocked.Decrement(ref _running);
        }
    }

    private void WaitForJob(int index, int seen)
    {
        for (int spin = 0; Volatile.Read(ref _generation) == seen; spin++)
        {
            if (spin < SpinCount)
            {
                Thread.SpinWait(4);
                continue;
            }
            Interlocked.Exchange(ref _parked[index], 1);
            if (
                Volatile.Read(ref _generation) != seen
                && Interlocked.Exchange(ref _parked[index], 0) == 1
            )
            {
                return;
            }
            _wake[index].Wait();
            spin = 0;
        }
    }

    private void TakeParts()
    {
        try
        {
            for (
                int part = Interlocked.Increment(ref _nextPart) - 1;
                part < _partCount;
                part = Interlocked.Increment(ref _nextPart) - 1
            )
            {
                _job!(part);
            }
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref _failure, exception, null);
        }
    }
}

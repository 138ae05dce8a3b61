namespace Robustness.Backends.Cpu;

/// <summary>
/// Long-lived threads that take the parts of one job: they spin briefly for the next job, then
/// park. Part p of n is always the same work, whichever thread does it. A job is done when its
/// parts are: a thread that wakes too late finds none left and holds nobody up.
/// </summary>
internal sealed class WorkerPool : IDisposable
{
    private const int SpinCount = 4000;
    private const int Closed = int.MaxValue;

    private readonly Thread[] _threads;
    private readonly SemaphoreSlim[] _wake;
    private readonly int[] _parked;
    private Action<int>? _job;
    private int _partCount;
    private int _finishedCount;

    // Upper half: the job's number; lower half: its next part, or Closed between two jobs. One
    // word, so that a thread which read the job before last can take no part of this one.
    private long _next = Closed;
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
        // Closed under the old number, opened under the new: a thread that looks in between sees no
        // new job yet, so it cannot take this one for a job without parts and sleep through it.
        long last = JobNumber(_next);
        Volatile.Write(ref _next, Word(last, Closed));
        _job = job;
        _partCount = partCount;
        _finishedCount = 0;
        Interlocked.Exchange(ref _next, Word(last + 1, 0));
        for (int i = 0; i < _threads.Length; i++)
        {
            if (Interlocked.Exchange(ref _parked[i], 0) == 1)
            {
                _wake[i].Release();
            }
        }
        TakeParts();
        var spinner = default(SpinWait);
        while (Volatile.Read(ref _finishedCount) != partCount)
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
        Interlocked.Exchange(ref _next, Word(JobNumber(_next) + 1, Closed));
        for (int i = 0; i < _threads.Length; i++)
        {
            Interlocked.Exchange(ref _parked[i], 0);
            _wake[i].Release();
            _threads[i].Join();
            _wake[i].Dispose();
        }
    }

    private static long Word(long number, int part) => (number << 32) | (uint)part;

    private static long JobNumber(long word) => word >> 32;

    private void Loop(int index)
    {
        long seen = 0;
        while (true)
        {
            WaitForJob(index, seen);
            if (_stop)
            {
                return;
            }
            seen = TakeParts();
        }
    }

    private void WaitForJob(int index, long seen)
    {
        for (int spin = 0; JobNumber(Volatile.Read(ref _next)) == seen; spin++)
        {
            if (spin < SpinCount)
            {
                Thread.SpinWait(4);
                continue;
            }
            Interlocked.Exchange(ref _parked[index], 1);
            if (
                JobNumber(Volatile.Read(ref _next)) != seen
                && Interlocked.Exchange(ref _parked[index], 0) == 1
            )
            {
                return;
            }
            _wake[index].Wait();
            spin = 0;
        }
    }

    /// <summary>Does parts until none is left.</summary>
    /// <returns>The job that had none left.</returns>
    private long TakeParts()
    {
        while (true)
        {
            long word = Volatile.Read(ref _next);
            // Read between the word and its exchange: they belong to the job whose part is won.
            var job = Volatile.Read(ref _job);
            int count = Volatile.Read(ref _partCount);
            int part = (int)word;
            if (part == Closed || part >= count)
            {
                return JobNumber(word);
            }
            if (Interlocked.CompareExchange(ref _next, word + 1, word) == word)
            {
                Do(job!, part);
            }
        }
    }

    private void Do(Action<int> job, int part)
    {
        try
        {
            job(part);
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref _failure, exception, null);
        }
        Interlocked.Increment(ref _finishedCount);
    }
}

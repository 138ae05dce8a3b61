namespace Robustness.Backends.Cpu;

/// <summary>
/// Runs matrix products of one register width on the threads of a pool. A product is cut only
/// by whole rows and columns of C, so no cut changes a bit.
/// </summary>
internal abstract unsafe class GemmRunner : IDisposable
{
    /// <summary>Multiply-adds below which waking another thread costs more than it gives.</summary>
    private const long ThreadingThreshold = 1 << 18;

    private readonly WorkerPool _pool;
    private readonly GemmScratch[] _scratch;
    private readonly Action<int> _runPart;
    private GemmJob _job;
    private bool _byColumns;
    private int _partCount;

    private protected GemmRunner(WorkerPool pool)
    {
        _pool = pool;
        _scratch = new GemmScratch[pool.ThreadCount];
        for (int i = 0; i < _scratch.Length; i++)
        {
            _scratch[i] = new GemmScratch();
        }
        _runPart = RunPart;
    }

    /// <summary>Columns of a panel of B.</summary>
    public abstract int PanelWidth { get; }

    /// <summary>Rows of a full tile.</summary>
    protected abstract int TileRows { get; }

    /// <summary>The runner of a register width.</summary>
    public static GemmRunner Create(WorkerPool pool, int vectorBits) =>
        vectorBits switch
        {
            512 => new GemmRunner<Lanes512>(pool, tileRows: 12),
            256 => new GemmRunner<Lanes256>(pool, tileRows: 6),
            _ => new GemmRunner<Lanes128>(pool, tileRows: 6),
        };

    /// <summary>Computes the product.</summary>
    public void Run(in GemmJob job)
    {
        if (job.M == 0 || job.N == 0)
        {
            return;
        }
        long work = (long)job.M * job.N * job.K;
        if (_pool.ThreadCount == 1 || work < ThreadingThreshold)
        {
            RunPart(job, _scratch[0]);
            return;
        }
        _job = job;
        _byColumns = job.N >= job.M;
        int panels = _byColumns ? Panels(job.N, PanelWidth) : Panels(job.M, TileRows);
        _partCount = Math.Min(panels, _pool.ThreadCount);
        _pool.Run(_partCount, _runPart);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var scratch in _scratch)
        {
            scratch.Dispose();
        }
    }

    /// <summary>Computes one part on the calling thread.</summary>
    protected abstract void RunPart(in GemmJob job, GemmScratch scratch);

    /// <summary>Pieces of the given size that cover the count.</summary>
    protected static int Panels(int count, int size) => (count + size - 1) / size;

    private void RunPart(int part)
    {
        int size = _byColumns ? PanelWidth : TileRows;
        int count = _byColumns ? _job.N : _job.M;
        long panels = Panels(count, size);
        int first = (int)(panels * part / _partCount) * size;
        int end = Math.Min(count, (int)(panels * (part + 1) / _partCount) * size);
        var job = _byColumns ? _job.Columns(first, end - first) : _job.Rows(first, end - first);
        RunPart(job, _scratch[part]);
    }
}

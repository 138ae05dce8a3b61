namespace Robustness.Backends.Cpu;

/// <summary>
/// Runs matrix products of one register width on the threads of a pool. A product is cut only
/// by whole rows and columns of C, so no cut changes a bit.
/// </summary>
internal abstract unsafe class GemmRunner : IDisposable
{
    /// <summary>Elements of a weight below which it is laid out by one thread.</summary>
    private const long PackingThreshold = 1 << 15;

    /// <summary>Multiply-adds below which waking another thread costs more than it gives.</summary>
    private const long ThreadingThreshold = 1 << 18;

    // More would even out a busy core better, but each walks through all of B again.
    private const int PartsPerThread = 2;

    /// <summary>Multiply-adds below which a part is cut no further.</summary>
    private const long SmallestPart = 1 << 21;

    private readonly WorkerPool _pool;
    private readonly Rack<GemmScratch> _rack;
    private readonly GemmScratch _shared = new();
    private readonly Action<int> _runPart;
    private readonly Action<int> _packPart;
    private GemmJob _job;
    private PanelsOfB _panels;
    private bool _byColumns;
    private int _partCount;

    private protected GemmRunner(WorkerPool pool)
    {
        _pool = pool;
        _rack = new Rack<GemmScratch>(pool.ThreadCount);
        _runPart = RunPart;
        _packPart = PackPart;
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
            RunPart(job);
            return;
        }
        _job = job;
        _byColumns = job.N >= job.M;
        int panels = _byColumns ? Panels(job.N, PanelWidth) : Panels(job.M, TileRows);
        // Smaller parts even out what a core that is also busy with other work holds up; but not
        // where they would be tiny, or each would pack A again.
        bool repeats = _byColumns && PacksA(job);
        long most = repeats
            ? 1
            : Math.Clamp(work / SmallestPart / _pool.ThreadCount, 1, PartsPerThread);
        _partCount = Math.Min(panels, (int)most * _pool.ThreadCount);
        if (!_byColumns && PacksB(job, job.M))
        {
            ShareB();
        }
        _pool.Run(_partCount, _runPart);
    }

    /// <summary>
    /// Lays out B in panels of all its terms, one after the other, on all threads.
    /// </summary>
    /// <param name="panels">[panels, K, width], out.</param>
    /// <param name="b">Element (k, n) is at b[k · term + n · column].</param>
    /// <param name="term">From one term to the next.</param>
    /// <param name="column">From one column to the next.</param>
    /// <param name="n">Columns.</param>
    /// <param name="k">Terms.</param>
    public void Pack(float* panels, float* b, nint term, nint column, int n, int k)
    {
        int count = Panels(n, PanelWidth);
        int threads = (long)n * k < PackingThreshold ? 1 : _pool.ThreadCount;
        _panels = new PanelsOfB(panels, b, term, column, n, k, Math.Min(count, threads));
        _pool.Run(_panels.PartCount, _packPart);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _rack.Dispose();
        _shared.Dispose();
    }

    /// <summary>Computes one part on the calling thread.</summary>
    protected abstract void RunPart(in GemmJob job, GemmScratch scratch);

    /// <summary>Whether a product reads A from packed rows.</summary>
    protected abstract bool PacksA(in GemmJob job);

    /// <summary>Whether a product of so many rows reads B from panels.</summary>
    protected abstract bool PacksB(in GemmJob job, int rows);

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
        RunPart(job);
    }

    private void RunPart(in GemmJob job)
    {
        var scratch = _rack.Take();
        RunPart(job, scratch);
        _rack.Put(scratch);
    }

    // Each part needs all of B: laid out once for all, not once by each.
    private void ShareB()
    {
        nint width = PanelWidth;
        float* panels = _shared.B(Panels(_job.N, PanelWidth) * width * Math.Max(1, _job.K));
        Pack(panels, _job.B, _job.BRow, _job.BCol, _job.N, _job.K);
        _job.B = panels;
        _job.BRow = width;
        _job.BCol = 1;
        _job.BIsPacked = true;
    }

    private void PackPart(int part)
    {
        int count = Panels(_panels.N, PanelWidth);
        int end = (int)((long)count * (part + 1) / _panels.PartCount);
        for (int i = (int)((long)count * part / _panels.PartCount); i < end; i++)
        {
            int first = i * PanelWidth;
            GemmPacking.Pack(
                _panels.To + ((nint)first * _panels.K),
                PanelWidth,
                _panels.From + (first * _panels.Column),
                Math.Min(PanelWidth, _panels.N - first),
                _panels.Column,
                _panels.Term,
                _panels.K
            );
        }
    }

    /// <summary>A B that is being laid out.</summary>
    private readonly struct PanelsOfB(
        float* to,
        float* from,
        nint term,
        nint column,
        int n,
        int k,
        int partCount
    )
    {
        public readonly float* To = to;
        public readonly float* From = from;
        public readonly nint Term = term;
        public readonly nint Column = column;
        public readonly int N = n;
        public readonly int K = k;
        public readonly int PartCount = partCount;
    }
}

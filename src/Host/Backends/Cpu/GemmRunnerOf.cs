namespace Robustness.Backends.Cpu;

/// <summary>
/// The loops over blocks of K, columns and rows around the inner loops of one width.
/// </summary>
/// <typeparam name="T">The register type.</typeparam>
internal sealed unsafe class GemmRunner<T>(WorkerPool pool, int tileRows) : GemmRunner(pool)
    where T : struct, ILanes<T>
{
    /// <summary>Terms taken at a time, so that the blocks below stay in the second cache.</summary>
    private const int BlockK = 768;

    /// <summary>Elements of a packed block of A.</summary>
    private const int BlockA = 96 * 1024;

    /// <summary>Elements of a packed block of B.</summary>
    private const int BlockB = 512 * 1024;

    /// <summary>Columns from which packing A pays.</summary>
    private const int PackAColumns = 192;

    /// <summary>Terms of transposed rows of A that are packed together.</summary>
    private const int PackedTerms = 8;

    /// <summary>Terms up to which rows of A in place stay in the first cache.</summary>
    private const int NearTerms = 128;

    /// <summary>Rows from which packing B pays where it could be read in place.</summary>
    private const int PackBRows = 64;

    /// <summary>Row strides up to which B in place stays in the first caches.</summary>
    private const int NearStride = 32;

    /// <inheritdoc/>
    public override int PanelWidth => 2 * T.Count;

    /// <inheritdoc/>
    protected override int TileRows => tileRows;

    /// <inheritdoc/>
    protected override bool PacksA(in GemmJob job) => PacksA(job, job.K);

    /// <inheritdoc/>
    protected override bool PacksB(in GemmJob job, int rows) =>
        !job.BIsPacked && (job.BCol != 1 || (rows >= PackBRows && job.BRow > NearStride));

    /// <inheritdoc/>
    protected override void RunPart(in GemmJob job, GemmScratch scratch)
    {
        // An epilogue reads complete sums, and C may hold its residual: K stays in one block.
        int blockCount = job.HasEpilogue ? 1 : Math.Max(1, Panels(job.K, BlockK));
        for (int block = 0; block < blockCount; block++)
        {
            int first = (int)((long)job.K * block / blockCount);
            int end = (int)((long)job.K * (block + 1) / blockCount);
            RunBlock(job, scratch, first, end - first, job.Accumulate || block > 0);
        }
    }

    private bool PacksA(in GemmJob job, int k) =>
        job.ACol != 1 ? job.N > PanelWidth : job.N >= PackAColumns && k > NearTerms;

    private void RunBlock(in GemmJob job, GemmScratch scratch, int firstK, int k, bool add)
    {
        bool packA = PacksA(job, k);
        int rows = Math.Max(1, BlockA / (Math.Max(1, k) * tileRows)) * tileRows;
        bool oneRowBlock = job.M <= rows;
        int columns = oneRowBlock
            ? job.N
            : Math.Max(1, BlockB / (Math.Max(1, k) * PanelWidth)) * PanelWidth;
        for (int firstN = 0; firstN < job.N; firstN += columns)
        {
            var block = job.Columns(firstN, Math.Min(columns, job.N - firstN));
            float* b = scratch.B(
                (nint)Math.Max(1, k) * (oneRowBlock ? 1 : Panels(block.N, PanelWidth)) * PanelWidth
            );
            for (int firstM = 0; firstM < job.M; firstM += rows)
            {
                var part = block.Rows(firstM, Math.Min(rows, job.M - firstM));
                part.A += firstK * part.ACol;
                if (packA)
                {
                    part.A = PackA(part, scratch, k);
                    part.ARow = 1;
                    part.ACol = 0;
                }
                bool reuse = firstM > 0;
                RunPanels(part, scratch, new BlockOfB(b, firstK, k, oneRowBlock, reuse), add);
            }
        }
    }

    private float* PackA(in GemmJob job, GemmScratch scratch, int k)
    {
        float* packed = scratch.A((nint)Panels(job.M, tileRows) * tileRows * Math.Max(1, k));
        // Where the rows of A are adjacent, a few terms of all tiles at a time walk along memory.
        int terms = job.ARow == 1 ? PackedTerms : Math.Max(1, k);
        for (int first = 0; first < k; first += terms)
        {
            int count = Math.Min(terms, k - first);
            for (int m = 0; m < job.M; )
            {
                int rows = GemmKernels<T>.RowsOfTile(job.M - m, tileRows);
                float* from = job.A + (m * job.ARow) + (first * job.ACol);
                float* to = packed + ((nint)m * k) + ((nint)first * rows);
                GemmPacking.Pack(to, rows, from, rows, job.ARow, job.ACol, count);
                m += rows;
            }
        }
        return packed;
    }

    private void RunPanels(in GemmJob job, GemmScratch scratch, BlockOfB blockB, bool add)
    {
        int k = blockB.K;
        bool pack = PacksB(job, job.M);
        for (int n = 0; n < job.N; n += PanelWidth)
        {
            var panel = job.Columns(n, Math.Min(PanelWidth, job.N - n));
            var tile = new GemmTile { K = k, BRow = panel.BRow };
            tile.B = panel.B + (blockB.FirstK * panel.BRow);
            if (pack || (!job.BIsPacked && panel.N % T.Count != 0))
            {
                float* slot = blockB.Packed + (blockB.OneSlot ? 0 : (nint)n * k);
                if (!blockB.Reuse)
                {
                    GemmPacking.Pack(slot, PanelWidth, tile.B, panel.N, job.BCol, job.BRow, k);
                }
                tile.B = slot;
                tile.BRow = PanelWidth;
            }
            RunTiles(panel, scratch, tile, add);
        }
    }

    private void RunTiles(in GemmJob panel, GemmScratch scratch, GemmTile tile, bool add)
    {
        // Bias and residual are added in registers; the rest in a second walk over the tile.
        bool twice = panel.Gelu || panel.PreActivation != null;
        bool keeps = panel.PreActivation != null;
        bool direct = panel.N % T.Count == 0 && (!twice || keeps || panel.Residual == null);
        bool packedA = panel.ACol == 0;
        float* c = twice && keeps ? panel.PreActivation : panel.C;
        float* residual = direct && !twice ? panel.Residual : null;
        tile.C = scratch.Tile;
        tile.CRow = PanelWidth;
        if (direct)
        {
            tile.CRow = twice && keeps ? panel.PreActivationRow : panel.CRow;
            tile.Bias = panel.Bias;
            tile.ResidualRow = panel.ResidualRow;
        }
        tile.ARow = panel.ARow;
        tile.StartRow = add ? tile.CRow : 0;
        // What a tile touches after its sums, or the next one before its own, is fetched meanwhile.
        bool activates = direct && twice && keeps;
        float* ahead = add || activates ? panel.C : panel.Residual;
        tile.AheadRow = add || activates ? panel.CRow : panel.ResidualRow;
        for (int m = 0; m < panel.M; )
        {
            int rows = GemmKernels<T>.RowsOfTile(panel.M - m, tileRows);
            tile.A = panel.A + (packedA ? (nint)m * tile.K : m * panel.ARow);
            tile.ACol = packedA ? rows : panel.ACol;
            tile.C = direct ? c + (m * tile.CRow) : scratch.Tile;
            tile.Start = add ? tile.C : scratch.Zeros;
            tile.Residual = residual == null ? null : residual + (m * panel.ResidualRow);
            tile.Ahead = ahead == null ? null : ahead + ((add ? m + rows : m) * tile.AheadRow);
            if (add && !direct)
            {
                GemmFinish<T>.Fetch(scratch.Tile, PanelWidth, panel.Rows(m, rows));
            }
            GemmKernels<T>.Run(tile, rows, panel.N > T.Count);
            if (!direct)
            {
                GemmFinish<T>.Store(scratch.Tile, PanelWidth, panel.Rows(m, rows));
            }
            else if (twice)
            {
                GemmFinish<T>.Activate(panel.Rows(m, rows));
            }
            m += rows;
        }
    }

    /// <summary>Where the packed panels of B are and which terms they hold.</summary>
    private readonly struct BlockOfB(float* packed, int firstK, int k, bool oneSlot, bool reuse)
    {
        public readonly float* Packed = packed;
        public readonly int FirstK = firstK;
        public readonly int K = k;
        public readonly bool OneSlot = oneSlot;
        public readonly bool Reuse = reuse;
    }
}

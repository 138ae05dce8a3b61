using System.Runtime.InteropServices;
using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>Matrix products.</summary>
public sealed unsafe partial class CpuBackend
{
    /// <summary>Below this many multiply-adds a product stays on one thread.</summary>
    private const long SmallestParallelProduct = 100_000;

    private const int PartsPerThread = 4;

    private GemmJob _gemm;
    private GemmSplit _gemmSplit;
    private float* _packScratch;
    private long _packScratchCount;
    private Action<int>? _gemmPart;

    /// <inheritdoc/>
    public void Gemm(Tensor c, Tensor a, Tensor b, GemmLayout layout, in GemmEpilogue epilogue)
    {
        int k = layout == GemmLayout.TN ? a.Shape.Rows : a.Shape.Columns;
        int n = c.Shape.Columns;
        b.Shape.MustBe(layout == GemmLayout.NT ? new Shape(n, k) : new Shape(k, n));
        long count = GemmJob.PackedCount(n, k, Lanes);
        if (count > _packScratchCount)
        {
            NativeMemory.AlignedFree(_packScratch);
            _packScratch = (float*)Allocate(count * sizeof(float));
            _packScratchCount = count;
        }
        GemmPacking.Pack(_packScratch, b, layout == GemmLayout.NT, n, k, Lanes);
        Multiply(c, a, _packScratch, layout == GemmLayout.TN, n, k, epilogue);
    }

    /// <inheritdoc/>
    public PackedWeights GemmPack(Arena arena, Tensor w, GemmLayout layout)
    {
        ArgumentNullException.ThrowIfNull(arena);
        var (n, k) =
            layout == GemmLayout.NT
                ? (w.Shape.Rows, w.Shape.Columns)
                : (w.Shape.Columns, w.Shape.Rows);
        var storage = arena.Allocate(checked((int)GemmJob.PackedCount(n, k, Lanes)));
        GemmPacking.Pack(storage.Floats, w, layout == GemmLayout.NT, n, k, Lanes);
        return new PackedWeights(storage, layout, n, k);
    }

    /// <inheritdoc/>
    public void GemmPacked(Tensor c, Tensor a, PackedWeights w, in GemmEpilogue epilogue)
    {
        a.Shape.MustBe(new Shape(c.Shape.Rows, w.K));
        Multiply(c, a, w.Storage.Floats, false, w.N, w.K, epilogue);
    }

    private int Lanes => _vectorBits / 32;

    private void Multiply(
        Tensor c,
        Tensor a,
        float* packed,
        bool transposed,
        int n,
        int k,
        in GemmEpilogue epilogue
    )
    {
        int m = c.Shape.Rows;
        c.Shape.MustBe(new Shape(m, n));
        a.Shape.MustBe(transposed ? new Shape(k, m) : new Shape(m, k));
        _gemm = new GemmJob
        {
            A = a.Floats,
            B = packed,
            C = c.Floats,
            RowStride = transposed ? 1 : a.RowStride,
            KStride = transposed ? a.RowStride : 1,
            CStride = c.RowStride,
            N = n,
            K = k,
            Epilogue = epilogue,
        };
        int panels = (n + (2 * Lanes) - 1) / (2 * Lanes);
        bool parallel = ThreadCount > 1 && (long)m * n * k >= SmallestParallelProduct;
        _gemmSplit = GemmSplit.Of(m, panels, parallel ? ThreadCount * PartsPerThread : 1);
        _gemmPart ??= GemmPart;
        _pool.Run(_gemmSplit.PartCount, _gemmPart);
    }

    private void GemmPart(int part)
    {
        var (firstRow, endRow, firstPanel, endPanel) = _gemmSplit.Range(part);
        switch (_vectorBits)
        {
            case 512:
                _gemm.Run<Lanes512>(firstRow, endRow, firstPanel, endPanel);
                break;
            case 256:
                _gemm.Run<Lanes256>(firstRow, endRow, firstPanel, endPanel);
                break;
            default:
                _gemm.Run<Lanes128>(firstRow, endRow, firstPanel, endPanel);
                break;
        }
    }

    /// <summary>Cuts a product over whole row tiles or whole panels, whichever there are more of.</summary>
    private readonly record struct GemmSplit(int M, int Panels, int PartCount, bool ByRows)
    {
        public static GemmSplit Of(int m, int panels, int parts)
        {
            int tiles = (m + GemmKernel.TileRows - 1) / GemmKernel.TileRows;
            bool byRows = tiles >= panels;
            return new GemmSplit(m, panels, Math.Min(parts, byRows ? tiles : panels), byRows);
        }

        public (int FirstRow, int EndRow, int FirstPanel, int EndPanel) Range(int part)
        {
            if (!ByRows)
            {
                var (first, end) = (
                    (int)((long)Panels * part / PartCount),
                    (int)((long)Panels * (part + 1) / PartCount)
                );
                return (0, M, first, end);
            }
            int tiles = (M + GemmKernel.TileRows - 1) / GemmKernel.TileRows;
            int firstTile = (int)((long)tiles * part / PartCount);
            int endTile = (int)((long)tiles * (part + 1) / PartCount);
            int rows = GemmKernel.TileRows;
            return (firstTile * rows, Math.Min(M, endTile * rows), 0, Panels);
        }
    }
}

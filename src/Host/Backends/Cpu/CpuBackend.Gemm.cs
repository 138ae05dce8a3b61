using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>Matrix products.</summary>
public sealed unsafe partial class CpuBackend
{
    private readonly GemmRunner _gemm;

    /// <inheritdoc/>
    public void Gemm(Tensor c, Tensor a, Tensor b, GemmLayout layout, in GemmEpilogue epilogue)
    {
        bool aIsTransposed = layout == GemmLayout.TN;
        bool bIsTransposed = layout == GemmLayout.NT;
        int m = aIsTransposed ? a.Shape.Columns : a.Shape.Rows;
        int k = aIsTransposed ? a.Shape.Rows : a.Shape.Columns;
        int n = bIsTransposed ? b.Shape.Rows : b.Shape.Columns;
        b.Shape.MustBe(bIsTransposed ? new Shape(n, k) : new Shape(k, n));
        var job = GemmJob.Create(c, m, n, k, epilogue);
        job.A = a.Floats;
        job.ARow = aIsTransposed ? 1 : a.RowStride;
        job.ACol = aIsTransposed ? a.RowStride : 1;
        job.B = b.Floats;
        job.BRow = bIsTransposed ? 1 : b.RowStride;
        job.BCol = bIsTransposed ? b.RowStride : 1;
        _gemm.Run(job);
    }

    /// <inheritdoc/>
    public PackedWeights GemmPack(Arena arena, Tensor w, GemmLayout layout)
    {
        ArgumentNullException.ThrowIfNull(arena);
        if (layout == GemmLayout.TN)
        {
            throw new ArgumentException("Only NN and NT products take packed weights, not TN.");
        }
        bool transposed = layout == GemmLayout.NT;
        int n = transposed ? w.Shape.Rows : w.Shape.Columns;
        int k = transposed ? w.Shape.Columns : w.Shape.Rows;
        int width = _gemm.PanelWidth;
        int panels = (n + width - 1) / width;
        var storage = arena.Allocate(panels, checked(k * width));
        nint column = transposed ? w.RowStride : 1;
        nint term = transposed ? 1 : w.RowStride;
        _gemm.Pack(storage.Floats, w.Floats, term, column, n, k);
        return new PackedWeights(storage, layout, n, k);
    }

    /// <inheritdoc/>
    public void GemmPacked(Tensor c, Tensor a, PackedWeights w, in GemmEpilogue epilogue)
    {
        int m = a.Shape.Rows;
        a.Shape.MustBe(new Shape(m, w.K));
        var job = GemmJob.Create(c, m, w.N, w.K, epilogue);
        job.A = a.Floats;
        job.ARow = a.RowStride;
        job.ACol = 1;
        job.B = w.Storage.Floats;
        job.BRow = _gemm.PanelWidth;
        job.BCol = 1;
        job.BIsPacked = true;
        _gemm.Run(job);
    }
}

using Robustness.Compute;
using Robustness.Interop;

namespace Robustness.Backends.Cuda;

/// <summary>Matrix products.</summary>
public sealed partial class CudaBackend
{
    private const int GemmTile = 64;
    private const int GemmThreads = 128;

    /// <inheritdoc/>
    public void Gemm(Tensor c, Tensor a, Tensor b, GemmLayout layout, in GemmEpilogue epilogue)
    {
        DataTypes.MustBe(a.Type, DataType.Float32);
        DataTypes.MustBe(b.Type, DataType.Float32);
        Multiply("gemm", c, a, b, layout, epilogue);
    }

    private void Multiply(
        string family,
        Tensor c,
        Tensor a,
        Tensor b,
        GemmLayout layout,
        in GemmEpilogue epilogue
    )
    {
        bool aIsTransposed = layout == GemmLayout.TN;
        bool bIsTransposed = layout == GemmLayout.NT;
        int m = aIsTransposed ? a.Shape.Columns : a.Shape.Rows;
        int k = aIsTransposed ? a.Shape.Rows : a.Shape.Columns;
        int n = bIsTransposed ? b.Shape.Rows : b.Shape.Columns;
        b.Shape.MustBe(bIsTransposed ? new Shape(n, k) : new Shape(k, n));
        CheckEpilogue(c, m, n, epilogue);
        string kernel = KernelName(family, layout);
        Launch(
            kernel,
            new Dim3(Blocks(n, GemmTile), Blocks(m, GemmTile)),
            GemmThreads,
            c,
            epilogue.PreActivation,
            a,
            b,
            epilogue.Bias,
            epilogue.Residual,
            m,
            n,
            k,
            c.RowStride,
            epilogue.PreActivation.RowStride,
            a.RowStride,
            b.RowStride,
            epilogue.Residual.RowStride,
            epilogue.Accumulate,
            epilogue.Gelu
        );
    }

    /// <inheritdoc/>
    public PackedWeights GemmPack(Arena arena, Tensor w, GemmLayout layout)
    {
        if (layout == GemmLayout.TN)
        {
            throw new ArgumentException("Only NN and NT products take packed weights, not TN.");
        }
        var (rows, columns) = w.Shape;
        return layout == GemmLayout.NT
            ? new PackedWeights(w, layout, rows, columns)
            : new PackedWeights(w, layout, columns, rows);
    }

    /// <inheritdoc/>
    public void GemmPacked(Tensor c, Tensor a, PackedWeights w, in GemmEpilogue epilogue) =>
        Gemm(c, a, w.Storage, w.Layout, epilogue);

    // Constants, so that a launch allocates nothing.
    private static string KernelName(string family, GemmLayout layout) =>
        (family, layout) switch
        {
            ("gemm", GemmLayout.NN) => "gemm_nn",
            ("gemm", GemmLayout.NT) => "gemm_nt",
            ("gemm", _) => "gemm_tn",
            (_, GemmLayout.NN) => "gemm_bf16_nn",
            (_, GemmLayout.NT) => "gemm_bf16_nt",
            _ => "gemm_bf16_tn",
        };

    private static void CheckEpilogue(Tensor c, int m, int n, in GemmEpilogue epilogue)
    {
        c.Shape.MustBe(new Shape(m, n));
        bool hasMore =
            epilogue.Gelu
            || !epilogue.Bias.IsNone
            || !epilogue.PreActivation.IsNone
            || !epilogue.Residual.IsNone;
        if (epilogue.Accumulate && hasMore)
        {
            throw new ArgumentException("An accumulating product takes no other epilogue.");
        }
        if (!epilogue.Bias.IsNone)
        {
            epilogue.Bias.Shape.MustBe(new Shape(n));
        }
        if (!epilogue.PreActivation.IsNone)
        {
            epilogue.PreActivation.Shape.MustBe(new Shape(m, n));
        }
        if (!epilogue.Residual.IsNone)
        {
            epilogue.Residual.Shape.MustBe(new Shape(m, n));
        }
    }
}

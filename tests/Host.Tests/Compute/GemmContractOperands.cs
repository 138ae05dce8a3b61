using Robustness.Compute;
using Robustness.Numerics;

namespace Robustness.Tests.Compute;

/// <summary>The operands of one product on one backend, and its result on the host.</summary>
internal sealed class GemmContractOperands : IDisposable
{
    private readonly Arena _arena;
    private float[]? _a;
    private float[]? _b;

    /// <summary>Uniform operands in [-1, 1) that depend on the sizes only.</summary>
    /// <param name="backend">Where.</param>
    /// <param name="size">Rows and columns of C, terms of each sum.</param>
    /// <param name="layout">How they lie.</param>
    /// <param name="padding">Elements between the rows of every matrix.</param>
    public GemmContractOperands(
        ILayerOperations backend,
        (int M, int N, int K) size,
        GemmLayout layout,
        int padding = 0
    )
    {
        Backend = backend;
        _arena = new Arena(backend);
        Layout = layout;
        var (m, n, k) = size;
        A = layout == GemmLayout.TN ? Fill(1, k, m, padding) : Fill(1, m, k, padding);
        B = layout == GemmLayout.NT ? Fill(2, n, k, padding) : Fill(2, k, n, padding);
        C = Fill(3, m, n, padding);
        Bias = Fill(4, 1, n, 0).Reshape(new Shape(n));
        Residual = Fill(5, m, n, padding);
        PreActivation = Fill(6, m, n, padding);
    }

    public ILayerOperations Backend { get; }

    public GemmLayout Layout { get; }

    public Tensor A { get; }

    public Tensor B { get; }

    public Tensor C { get; }

    public Tensor Bias { get; }

    public Tensor Residual { get; }

    public Tensor PreActivation { get; }

    /// <summary>C = epilogue(A·B).</summary>
    public void Multiply(in GemmEpilogue epilogue) => Backend.Gemm(C, A, B, Layout, epilogue);

    /// <summary>The same with a packed B.</summary>
    public void MultiplyPacked(in GemmEpilogue epilogue) =>
        Backend.GemmPacked(C, A, Backend.GemmPack(_arena, B, Layout), epilogue);

    /// <summary>The elements of a matrix, row by row, without its gaps.</summary>
    public float[] Read(Tensor x)
    {
        var whole = new Tensor(x.Address, x.Type, new(x.Shape.Rows, x.RowStride), x.RowStride);
        float[] stored = new float[whole.Count];
        Backend.Download<float>(stored, whole);
        float[] values = new float[x.Count];
        for (int n = 0; n < x.Shape.Rows; n++)
        {
            Array.Copy(stored, n * x.RowStride, values, n * x.Shape.Columns, x.Shape.Columns);
        }
        return values;
    }

    /// <summary>A term of the sum of C [m, n].</summary>
    public (float A, float B) Term(int m, int n, int k)
    {
        _a ??= Read(A);
        _b ??= Read(B);
        return (
            Layout == GemmLayout.TN ? At(_a, A, k, m) : At(_a, A, m, k),
            Layout == GemmLayout.NT ? At(_b, B, n, k) : At(_b, B, k, n)
        );
    }

    /// <inheritdoc/>
    public void Dispose() => _arena.Dispose();

    private static float At(float[] values, Tensor x, int row, int column) =>
        values[(row * x.Shape.Columns) + column];

    private Tensor Fill(uint operand, int rows, int columns, int padding)
    {
        var whole = _arena.Allocate(rows, columns + padding);
        var random = new Philox(StreamKey.Create(1, "test", "gemm"), operand, 0);
        float[] values = new float[whole.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (2 * random.NextFloat()) - 1;
        }
        Backend.Upload<float>(whole, values);
        return whole.ColumnRange(0, columns);
    }
}

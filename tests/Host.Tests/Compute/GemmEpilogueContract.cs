using NUnit.Framework;
using Robustness.Compute;
using Robustness.Numerics;
using static Robustness.Tests.Compute.Operands;

namespace Robustness.Tests.Compute;

/// <summary>
/// What every backend's products do with each combination of operands of the epilogue:
/// c = act(a · b + bias) + residual. Reference: the definition, in double.
/// </summary>
[TestFixtureSource(typeof(Backends), nameof(Backends.OfLayers))]
public sealed class GemmEpilogueContract(BackendUnderTest backend)
{
    private const int M = 19;
    private const int N = 70;
    private const int K = 9;

    [Test]
    public void EveryCombinationMatchesItsDefinition(
        [Values] GemmLayout layout,
        [Values] bool isNarrow,
        [Values] bool bias,
        [Values] bool preActivation,
        [Values] bool gelu,
        [Values] bool residual
    )
    {
        float[] a = Rounded(M * K, "a");
        float[] b = Rounded(K * N, "b");
        float[] added = bias ? Draw(N, "bias") : new float[N];
        float[] later = residual ? Draw(M * N, "residual") : new float[M * N];
        using var operands = new Operands(backend);
        var c = operands.Output(new Shape(M, N));
        var kept = operands.Output(new Shape(M, N));
        var epilogue = new GemmEpilogue
        {
            Bias = bias ? operands.Vector(added) : Tensor.None,
            PreActivation = preActivation ? kept : Tensor.None,
            Gelu = gelu,
            Residual = residual ? operands.Matrix(later, M) : Tensor.None,
        };
        Multiply(operands, c, a, b, layout, isNarrow, epilogue);

        var (naive, exact) = (new float[M * N], new double[M * N]);
        for (int i = 0; i < exact.Length; i++)
        {
            for (int k = 0; k < K; k++)
            {
                naive[i] += a[(i / N * K) + k] * b[(k * N) + (i % N)];
                exact[i] += (double)a[(i / N * K) + k] * b[(k * N) + (i % N)];
            }
            naive[i] += added[i % N];
            exact[i] += added[i % N];
        }
        if (preActivation)
        {
            Tolerance.Check("pre", operands.Read(kept), exact, Wide(naive), Tolerance.Forward);
        }
        naive = gelu ? RowDefinitions.Gelu(naive) : naive;
        exact = gelu ? RowDefinitions.Gelu(exact) : exact;
        naive = [.. naive.Zip(later, (sum, more) => sum + more)];
        exact = [.. exact.Zip(later, (sum, more) => sum + more)];
        Tolerance.Check("c", operands.Read(c), exact, Wide(naive), Tolerance.Forward);
    }

    private static void Multiply(
        Operands operands,
        Tensor c,
        float[] a,
        float[] b,
        GemmLayout layout,
        bool isNarrow,
        GemmEpilogue epilogue
    )
    {
        var (aRows, aColumns) = layout == GemmLayout.TN ? (K, M) : (M, K);
        var (bRows, bColumns) = layout == GemmLayout.NT ? (N, K) : (K, N);
        a = layout == GemmLayout.TN ? Transposed(a, M, K) : a;
        b = layout == GemmLayout.NT ? Transposed(b, K, N) : b;
        if (isNarrow)
        {
            var (left, right) = (
                operands.Bf16(a, aRows, aColumns),
                operands.Bf16(b, bRows, bColumns)
            );
            operands.Layers.GemmBf16(c, left, right, layout, epilogue);
            return;
        }
        operands.Layers.Gemm(
            c,
            operands.Matrix(a, aRows),
            operands.Matrix(b, bRows),
            layout,
            epilogue
        );
    }

    private static float[] Rounded(int count, string name) =>
        Array.ConvertAll(Draw(count, name), v => BFloat16.FromSingle(v).ToSingle());

    private static float[] Transposed(float[] x, int rows, int columns)
    {
        float[] y = new float[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            y[(i % columns * rows) + (i / columns)] = x[i];
        }
        return y;
    }
}

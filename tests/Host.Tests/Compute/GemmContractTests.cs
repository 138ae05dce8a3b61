using NUnit.Framework;
using Robustness.Compute;

namespace Robustness.Tests.Compute;

/// <summary>Matrix products against their definition in double, on every backend.</summary>
[TestFixtureSource(typeof(Backends), nameof(Backends.OfLayers))]
public sealed class GemmContractTests(BackendUnderTest variant)
{
    private static readonly (int M, int N, int K)[] Sizes =
    [
        (1, 1, 1),
        (2, 2, 3),
        (3, 17, 5),
        (13, 33, 31),
        (16, 16, 16),
        (23, 48, 65),
        (64, 2, 96),
        (7, 257, 40),
        (130, 96, 64),
        (40, 200, 800),
        (5, 3, 0),
    ];

    [Test]
    public void ProductIsWithinTolerance(
        [ValueSource(nameof(Sizes))] (int M, int N, int K) size,
        [Values] GemmLayout layout,
        [Values(0, 3)] int padding
    )
    {
        using var operands = new Operands(variant);
        var backend = operands.Layers;
        using var x = new GemmContractOperands(backend, size, layout, padding);
        x.Multiply(GemmEpilogue.Store);
        CheckAgainstDouble(x, size, (sum, _, _) => sum, (sum, _, _) => sum);
    }

    [Test]
    public void AccumulationAddsToWhatWasThere(
        [Values] GemmLayout layout,
        [Values(13, 70)] int m,
        [Values(45, 130)] int n
    )
    {
        var size = (m, n, 70);
        using var operands = new Operands(variant);
        var backend = operands.Layers;
        using var x = new GemmContractOperands(backend, size, layout, 1);
        float[] before = x.Read(x.C);
        x.Multiply(GemmEpilogue.AddTo);
        CheckAgainstDouble(
            x,
            size,
            (sum, m, n) => before[(m * size.Item2) + n] + sum,
            (sum, m, n) => before[(m * size.Item2) + n] + sum
        );
    }

    [Test]
    public void EpilogueAddsBiasAndResidual([Values] GemmLayout layout, [Values] bool inPlace)
    {
        var size = (19, 37, 900);
        using var operands = new Operands(variant);
        var backend = operands.Layers;
        using var x = new GemmContractOperands(backend, size, layout, 2);
        var residual = inPlace ? x.C : x.Residual;
        float[] bias = x.Read(x.Bias);
        float[] added = x.Read(residual);
        x.Multiply(new GemmEpilogue { Bias = x.Bias, Residual = residual });
        CheckAgainstDouble(
            x,
            size,
            (sum, m, n) => sum + bias[n] + added[(m * size.Item2) + n],
            (sum, m, n) => sum + bias[n] + added[(m * size.Item2) + n]
        );
    }

    [Test]
    public void GeluFollowsTheKeptPreActivation([Values] GemmLayout layout)
    {
        using var operands = new Operands(variant);
        var backend = operands.Layers;
        using var x = new GemmContractOperands(backend, (14, 50, 32), layout);
        using var y = new GemmContractOperands(backend, (14, 50, 32), layout);
        var epilogue = new GemmEpilogue { Bias = x.Bias, PreActivation = x.PreActivation };
        x.Multiply(epilogue);
        Assert.That(x.Read(x.C), Is.EqualTo(x.Read(x.PreActivation)));
        x.Multiply(epilogue with { Gelu = true });
        backend.GeluForward(y.C, x.PreActivation, Tensor.None);
        Assert.That(x.Read(x.C), Is.EqualTo(y.Read(y.C)));
    }

    [Test]
    public void WrongShapesAreNamed()
    {
        using var operands = new Operands(variant);
        var backend = operands.Layers;
        using var x = new GemmContractOperands(backend, (4, 5, 6), GemmLayout.NN);
        Assert.That(
            () => backend.Gemm(x.C, x.A, x.C, GemmLayout.NN, GemmEpilogue.Store),
            Throws.ArgumentException.With.Message.Contains("[4, 5]")
        );
        Assert.That(
            () => x.Multiply(new GemmEpilogue { Accumulate = true, Bias = x.Bias }),
            Throws.ArgumentException.With.Message.Contains("accumulating")
        );
    }

    private static void CheckAgainstDouble(
        GemmContractOperands x,
        (int M, int N, int K) size,
        Func<double, int, int, double> finish,
        Func<float, int, int, float> finishNaive
    )
    {
        float[] ours = x.Read(x.C);
        double ourError = 0;
        double naiveError = 0;
        double largest = 0;
        for (int i = 0; i < ours.Length; i++)
        {
            var (m, n) = (i / size.N, i % size.N);
            double exact = 0;
            float naive = 0;
            for (int k = 0; k < size.K; k++)
            {
                var (a, b) = x.Term(m, n, k);
                exact += (double)a * b;
                naive += a * b;
            }
            exact = finish(exact, m, n);
            ourError = Math.Max(ourError, Math.Abs(ours[i] - exact));
            naiveError = Math.Max(naiveError, Math.Abs(finishNaive(naive, m, n) - exact));
            largest = Math.Max(largest, Math.Abs(exact));
        }
        double ulp = MathF.BitIncrement((float)largest) - (float)largest;
        Assert.That(ourError, Is.LessThanOrEqualTo((2 * naiveError) + ulp));
    }
}

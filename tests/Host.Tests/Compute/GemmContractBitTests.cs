using NUnit.Framework;
using Robustness.Backends.Cpu;
using Robustness.Compute;

namespace Robustness.Tests.Compute;

/// <summary>Every way to compute a product gives the same bits, and none allocates.</summary>
[TestFixtureSource(typeof(Backends), nameof(Backends.Available))]
public sealed class GemmContractBitTests(BackendUnderTest variant)
{
    private static readonly (int M, int N, int K)[] Sizes =
    [
        (1, 64, 64),
        (11, 50, 33),
        (96, 48, 96),
        (257, 130, 64),
        (70, 640, 100),
        (33, 40, 1700),
    ];

    [Test]
    public void WidthAndThreadsChangeNoBit(
        [ValueSource(nameof(Sizes))] (int M, int N, int K) size,
        [Values] GemmLayout layout
    )
    {
        using var reference = new CpuBackend(1, 128);
        using var backend = variant.Create();
        foreach (bool finish in (bool[])[false, true])
        {
            using var expected = new GemmContractOperands(reference, size, layout);
            using var x = new GemmContractOperands(backend, size, layout);
            expected.Multiply(Epilogue(expected, finish));
            x.Multiply(Epilogue(x, finish));
            AssertSameBits(x, expected);
        }
    }

    [Test]
    public void PackingChangesNoBit(
        [ValueSource(nameof(Sizes))] (int M, int N, int K) size,
        [Values(GemmLayout.NN, GemmLayout.NT)] GemmLayout layout
    )
    {
        using var backend = variant.Create();
        foreach (bool finish in (bool[])[false, true])
        {
            using var plain = new GemmContractOperands(backend, size, layout, 1);
            using var packed = new GemmContractOperands(backend, size, layout, 1);
            plain.Multiply(Epilogue(plain, finish));
            packed.MultiplyPacked(Epilogue(packed, finish));
            AssertSameBits(packed, plain);
        }
    }

    [Test]
    public void CutRowsChangeNoBit([Values(1, 5, 64)] int rows)
    {
        var size = (130, 96, 64);
        using var backend = variant.Create();
        using var whole = new GemmContractOperands(backend, size, GemmLayout.NT);
        using var cut = new GemmContractOperands(backend, size, GemmLayout.NT);
        whole.Multiply(GemmEpilogue.Store);
        for (int first = 0; first < size.Item1; first += rows)
        {
            int count = Math.Min(rows, size.Item1 - first);
            backend.Gemm(
                cut.C.RowRange(first, count),
                cut.A.RowRange(first, count),
                cut.B,
                GemmLayout.NT,
                GemmEpilogue.Store
            );
        }
        AssertSameBits(cut, whole);
    }

    [Test]
    public void CutTermsChangeNoBit([Values(1, 100, 768)] int terms)
    {
        var size = (24, 50, 1000);
        using var backend = variant.Create();
        using var whole = new GemmContractOperands(backend, size, GemmLayout.TN);
        using var cut = new GemmContractOperands(backend, size, GemmLayout.TN);
        whole.Multiply(GemmEpilogue.Store);
        for (int first = 0; first < size.Item3; first += terms)
        {
            int count = Math.Min(terms, size.Item3 - first);
            backend.Gemm(
                cut.C,
                cut.A.RowRange(first, count),
                cut.B.RowRange(first, count),
                GemmLayout.TN,
                first == 0 ? GemmEpilogue.Store : GemmEpilogue.AddTo
            );
        }
        AssertSameBits(cut, whole);
    }

    [Test]
    public void ProductsAllocateNothing([Values] GemmLayout layout)
    {
        using var backend = variant.Create();
        using var x = new GemmContractOperands(backend, (150, 130, 90), layout);
        var epilogue = Epilogue(x, finish: true);
        x.Multiply(epilogue);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int repeat = 0; repeat < 20; repeat++)
        {
            x.Multiply(epilogue);
        }
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static GemmEpilogue Epilogue(GemmContractOperands x, bool finish) =>
        finish
            ? new GemmEpilogue
            {
                Bias = x.Bias,
                Gelu = true,
                PreActivation = x.PreActivation,
                Residual = x.C,
            }
            : GemmEpilogue.Store;

    private static void AssertSameBits(GemmContractOperands actual, GemmContractOperands expected)
    {
        float[] left = actual.Read(actual.C);
        float[] right = expected.Read(expected.C);
        int differing = 0;
        for (int i = 0; i < left.Length; i++)
        {
            bool same =
                BitConverter.SingleToInt32Bits(left[i]) == BitConverter.SingleToInt32Bits(right[i]);
            differing += same ? 0 : 1;
        }
        Assert.That(differing, Is.Zero);
    }
}

using NUnit.Framework;
using Robustness.Compute;
using Robustness.Numerics;
using static Robustness.Tests.Compute.Operands;

namespace Robustness.Tests.Compute;

/// <summary>What every backend's bf16 storage and products must do.</summary>
[TestFixtureSource(typeof(Backends), nameof(Backends.OfLayers))]
public sealed class Bf16Contract(BackendUnderTest backend)
{
    private static readonly (int M, int N, int K)[] s_sizes =
    [
        (1, 1, 1),
        (3, 17, 5),
        (16, 24, 64),
        (70, 64, 40),
        (65, 130, 96),
        (33, 72, 200),
        (5, 3, 0),
        // Every number of elements in the last eight of a row, in the first and a later step.
        .. from tail in Enumerable.Range(1, 7)
        from whole in (int[])[8, 40]
        select (40 + tail, 48 - tail, whole + tail),
    ];

    [TestCase(1, 1)]
    [TestCase(3, 33)]
    [TestCase(40, 512)]
    public void RoundingIsToTheNearestAndWideningExact(int rows, int width)
    {
        float[] x = Draw(rows * width, "x", 100);
        x[0] = float.NaN;
        using var operands = new Operands(backend);
        var wide = operands.Matrix(x, rows);
        var narrow = operands.Bf16Output(rows, width);
        operands.Layers.Bf16Round(narrow, wide);
        ushort[] expected = Array.ConvertAll(x, v => BFloat16.FromSingle(v).Bits);
        Assert.That(operands.ReadBf16(narrow), Is.EqualTo(expected));

        var back = operands.Output(wide.Shape);
        operands.Layers.Bf16Widen(back, narrow);
        float[] values = Array.ConvertAll(expected, bits => new BFloat16(bits).ToSingle());
        Assert.That(operands.Read(back), Is.EqualTo(values));
    }

    // Zeros, infinities, NaN with any payload, subnormals, ties to either side, the largest values.
    [TestCase(0x80000000u, (ushort)0x8000)]
    [TestCase(0x7F800000u, (ushort)0x7F80)]
    [TestCase(0xFF800000u, (ushort)0xFF80)]
    [TestCase(0x7F800001u, (ushort)0x7FFF)]
    [TestCase(0xFFFFFFFFu, (ushort)0x7FFF)]
    [TestCase(0x00000001u, (ushort)0x0000)]
    [TestCase(0x00008000u, (ushort)0x0000)]
    [TestCase(0x00008001u, (ushort)0x0001)]
    [TestCase(0x00018000u, (ushort)0x0002)]
    [TestCase(0x3F808000u, (ushort)0x3F80)]
    [TestCase(0x3F818000u, (ushort)0x3F82)]
    [TestCase(0xBF818000u, (ushort)0xBF82)]
    [TestCase(0x7F7F7FFFu, (ushort)0x7F7F)]
    [TestCase(0x7F7F8000u, (ushort)0x7F80)]
    public void EdgesRoundAlike(uint bits, ushort expected)
    {
        float[] x = new float[17];
        Array.Fill(x, BitConverter.UInt32BitsToSingle(bits));
        using var operands = new Operands(backend);
        var narrow = operands.Bf16Output(1, x.Length);
        operands.Layers.Bf16Round(narrow, operands.Matrix(x, 1));
        Assert.That(operands.ReadBf16(narrow), Is.All.EqualTo(expected));
        Assert.That(BFloat16.FromSingle(x[0]).Bits, Is.EqualTo(expected));
    }

    [Test]
    public void ProductsAreWithinTolerance(
        [ValueSource(nameof(s_sizes))] (int M, int N, int K) size,
        [Values] GemmLayout layout,
        [Values] bool accumulate
    )
    {
        var (m, n, k) = size;
        var (a, b, before) = Inputs(size);
        using var operands = new Operands(backend);
        var c = operands.Matrix(before, m);
        operands.Layers.GemmBf16(
            c,
            layout == GemmLayout.TN
                ? operands.Bf16(Transposed(a, m, k), k, m)
                : operands.Bf16(a, m, k),
            layout == GemmLayout.NT
                ? operands.Bf16(Transposed(b, k, n), n, k)
                : operands.Bf16(b, k, n),
            layout,
            accumulate ? GemmEpilogue.AddTo : GemmEpilogue.Store
        );
        var exact = new double[m * n];
        var naive = new float[m * n];
        for (int i = 0; i < exact.Length; i++)
        {
            exact[i] = naive[i] = accumulate ? before[i] : 0;
            for (int t = 0; t < k; t++)
            {
                exact[i] += (double)a[(i / n * k) + t] * b[(t * n) + (i % n)];
                naive[i] += a[(i / n * k) + t] * b[(t * n) + (i % n)];
            }
        }
        Tolerance.Check("c", operands.Read(c), exact, Wide(naive), Tolerance.Forward);
    }

    [Test]
    public void AnotherTypeIsNamed()
    {
        using var operands = new Operands(backend);
        var x = operands.Matrix(Draw(4, "x"), 2);
        Assert.That(
            () => operands.Layers.Bf16Widen(x, x),
            Throws.ArgumentException.With.Message.EqualTo(
                "Bf16Widen: a tensor holds Float32, but BFloat16 is asked for."
            )
        );
    }

    /// <summary>A [M, K], B [K, N] of bf16 values, and what C holds.</summary>
    private static (float[] A, float[] B, float[] C) Inputs((int M, int N, int K) size)
    {
        static float[] Rounded(int count, string name) =>
            Array.ConvertAll(Draw(count, name), v => BFloat16.FromSingle(v).ToSingle());
        return (
            Rounded(size.M * size.K, "a"),
            Rounded(size.K * size.N, "b"),
            Draw(size.M * size.N, "c")
        );
    }

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

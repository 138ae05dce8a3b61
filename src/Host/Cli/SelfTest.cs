using Robustness.Backends.Cpu;
using Robustness.Compute;
using Robustness.Models;
using Robustness.Numerics;

namespace Robustness.Cli;

/// <summary>One check of this machine.</summary>
/// <param name="Name">What it checks.</param>
/// <param name="Passed">Whether it holds.</param>
internal sealed record SelfTestResult(string Name, bool Passed);

/// <summary>A second of checks that the engine computes here what it computes elsewhere.</summary>
internal static class SelfTest
{
    private const int Rows = 33;
    private const int Width = 70;
    private const int Columns = 50;
    private static readonly int[] s_widths = [128, 256, 512];
    private const double HalfUnit = 1.0 / (1 << 24);

    /// <summary>Every check; none changes anything.</summary>
    public static IReadOnlyList<SelfTestResult> Run() =>
        [
            new("random numbers equal the published vector", RandomNumbers()),
            new("a matrix product equals its definition in double", MatrixProduct()),
            new("a bf16 product is that of operands rounded to nearest, ties to even", Bf16()),
            Bits(Precision.F32),
            Bits(Precision.Bf16),
        ];

    // Salmon et al. 2011, Philox4x32-10 of a zero counter and a zero key.
    private static bool RandomNumbers() =>
        Philox.Block(new StreamKey(0, 0), 0, 0, 0, 0)
        == (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8);

    private static bool MatrixProduct()
    {
        using var backend = BackendFactory.Create(Environment.ProcessorCount);
        using var arena = new Arena(backend);
        float[] x = Draw(Rows * Width, "x");
        float[] w = Draw(Columns * Width, "w");
        float[] y = new float[Rows * Columns];
        var (a, b, c) = (
            arena.Allocate(Rows, Width),
            arena.Allocate(Columns, Width),
            arena.Allocate(Rows, Columns)
        );
        backend.Upload<float>(a, x);
        backend.Upload<float>(b, w);
        backend.Gemm(c, a, b, GemmLayout.NT, GemmEpilogue.Store);
        backend.Download(y.AsSpan(), c);
        for (int i = 0; i < y.Length; i++)
        {
            double sum = 0;
            double size = 0;
            for (int k = 0; k < Width; k++)
            {
                double product =
                    (double)x[(i / Columns * Width) + k] * w[(i % Columns * Width) + k];
                sum += product;
                size += Math.Abs(product);
            }
            // One rounding of half a unit for each of the K additions.
            if (!(Math.Abs(y[i] - sum) <= Width * HalfUnit * size))
            {
                return false;
            }
        }
        return true;
    }

    // The same sums in f32 over operands that were rounded one by one.
    private static bool Bf16()
    {
        using var backend = BackendFactory.Create(Environment.ProcessorCount);
        using var arena = new Arena(backend);
        float[] x = Draw(Rows * Width, "x");
        x[0] = 1 + (1f / 256); // half way between two values: the even one is 1
        float[] rounded = Array.ConvertAll(x, v => BFloat16.FromSingle(v).ToSingle());
        var (a, b) = (arena.Allocate(Rows, Width), arena.Allocate(Rows, Width));
        var narrow = arena.Allocate(a.Shape, DataType.BFloat16);
        var (found, expected) = (arena.Allocate(Rows, Rows), arena.Allocate(Rows, Rows));
        backend.Upload<float>(a, x);
        backend.Upload<float>(b, rounded);
        backend.Bf16Round(narrow, a);
        backend.GemmBf16(found, narrow, narrow, GemmLayout.NT, GemmEpilogue.Store);
        backend.Gemm(expected, b, b, GemmLayout.NT, GemmEpilogue.Store);
        return rounded[0] == 1 && Values(backend, found).SequenceEqual(Values(backend, expected));
    }

    private static SelfTestResult Bits(Precision precision) =>
        new(
            $"a model of {precision.Name()} gives the same bits on every width and on all threads",
            ModelBits(precision)
        );

    private static bool ModelBits(Precision precision)
    {
        float[]? expected = null;
        foreach (int bits in s_widths.Where(b => b <= VectorWidth.Widest))
        {
            foreach (int threads in new[] { 1, Environment.ProcessorCount }.Distinct())
            {
                using var backend = new CpuBackend(threads, bits);
                float[] found = HiddenStates(backend, precision);
                expected ??= found;
                if (!found.AsSpan().SequenceEqual(expected))
                {
                    return false;
                }
            }
        }
        return true;
    }

    private static float[] HiddenStates(CpuBackend backend, Precision precision)
    {
        var config = new ModelConfig
        {
            VocabularySize = 64,
            Width = 48,
            LayerCount = 2,
            HeadCount = 2,
            ContextLength = 128,
            Initialization = Initialization.FanIn,
            Precision = precision,
        };
        using var model = ModelParameters.Create(backend, config, 0, "self-test");
        using var transformer = new Transformer(backend, model, frozen: true);
        using var arena = new Arena(backend);
        var segments = new Segments();
        segments.Add(70, 70);
        segments.Add(5, 5);
        var ids = arena.Allocate(new Shape(segments.RowCount), DataType.Int32);
        int[] tokens = [.. Enumerable.Range(0, segments.RowCount).Select(i => i * 7 % 64)];
        backend.Upload<int>(ids, tokens);
        return Values(backend, transformer.Forward(arena, ids, segments));
    }

    private static float[] Values(IBackend backend, Tensor tensor)
    {
        var values = new float[tensor.Count];
        backend.Download(values.AsSpan(), tensor);
        return values;
    }

    private static float[] Draw(int count, string name)
    {
        var draws = new Philox(StreamKey.Create(0, "self-test/" + name, ""), 0, 0);
        float[] values = new float[count];
        foreach (ref float value in values.AsSpan())
        {
            value = (float)draws.NextNormal();
        }
        return values;
    }
}

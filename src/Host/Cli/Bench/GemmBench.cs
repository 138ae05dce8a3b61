using Robustness.Compute;

namespace Robustness.Cli.Bench;

/// <summary>
/// Matrix products of a language model, activations [T, d] times a weight [n, d]: T in 32, 256,
/// 2048; d in 64 to 768; n in d, 3d, 4d and a vocabulary of 50304.
/// </summary>
public sealed class GemmBench
{
    /// <summary>What the report calls it.</summary>
    public const string Name = "gemm";

    private const int VocabularySize = 50304;
    private const int FewestRepeats = 5;
    private const int MostRepeats = 200;
    private const double SecondsPerShape = 0.05;

    private readonly TimeProvider _time;

    /// <summary>A benchmark that reads its times from the given clock.</summary>
    public GemmBench(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
    }

    /// <summary>The 60 shapes, rows first.</summary>
    public static IReadOnlyList<(int M, int N, int K)> Shapes { get; } =
    [
        .. from rows in (int[])[32, 256, 2048]
        from width in (int[])[64, 128, 256, 512, 768]
        from columns in (int[])[width, 3 * width, 4 * width, VocabularySize]
        select (rows, columns, width),
    ];

    /// <summary>Measures every given shape.</summary>
    /// <param name="threads">Threads that compute.</param>
    /// <param name="vectorBits">128, 256 or 512.</param>
    /// <param name="shapes">Usually <see cref="Shapes"/>.</param>
    public BenchReport<GemmBenchResult, GemmBenchSummary> Run(
        int threads,
        int vectorBits,
        IReadOnlyList<(int M, int N, int K)> shapes
    )
    {
        ArgumentNullException.ThrowIfNull(shapes);
        using var environment = new BenchEnvironment(_time, threads, vectorBits, false);
        var measured = shapes.Select(shape => Measure(environment.Backend, shape)).ToList();
        return environment.Report(
            Name,
            measured,
            (result, peak) => result with { ShareOfPeak = result.PackedGflops / peak },
            Summarise
        );

        GemmBenchSummary Summarise(IReadOnlyList<GemmBenchResult> results)
        {
            // The peak is the same in every result: packed over share.
            double packed = results.Average(r => Math.Log(r.ShareOfPeak));
            double ratio = results.Average(r => Math.Log(r.UnpackedGflops / r.PackedGflops));
            return new(Math.Exp(packed), Math.Exp(packed + ratio), BenchSummary.PeakMemory());
        }
    }

    private GemmBenchResult Measure(IBackend backend, (int M, int N, int K) shape)
    {
        var (m, n, k) = shape;
        using var arena = new Arena(backend);
        var x = Filled(backend, arena, m, k);
        var w = Filled(backend, arena, n, k);
        var y = arena.Allocate(m, n);
        var weights = backend.GemmPack(arena, w, GemmLayout.NT);
        double operations = 2.0 * m * n * k;
        var packed = Rates(operations, () => backend.GemmPacked(y, x, weights, GemmEpilogue.Store));
        var unpacked = Rates(
            operations,
            () => backend.Gemm(y, x, w, GemmLayout.NT, GemmEpilogue.Store)
        );
        return new GemmBenchResult(
            m,
            n,
            k,
            nameof(GemmLayout.NT),
            packed.Median,
            packed.Min,
            packed.Max,
            unpacked.Median,
            unpacked.Min,
            unpacked.Max,
            0
        );
    }

    /// <summary>GFLOP/s over the repeats.</summary>
    private Spread Rates(double operations, Action product)
    {
        product();
        var rates = new List<double>();
        double total = 0;
        while (
            rates.Count < FewestRepeats || (rates.Count < MostRepeats && total < SecondsPerShape)
        )
        {
            long start = _time.GetTimestamp();
            product();
            double seconds = Math.Max(1e-9, _time.GetElapsedTime(start).TotalSeconds);
            total += seconds;
            rates.Add(operations / seconds / 1e9);
        }
        return Spread.Of(rates);
    }

    private static Tensor Filled(IBackend backend, Arena arena, int rows, int columns)
    {
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (i % 1021 / 511f) - 1;
        }
        var tensor = arena.Allocate(rows, columns);
        backend.Upload(tensor, (ReadOnlySpan<float>)values);
        return tensor;
    }
}

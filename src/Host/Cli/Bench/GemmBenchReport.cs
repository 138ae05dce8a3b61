namespace Robustness.Cli.Bench;

/// <summary>
/// What <c>bench gemm --json</c> writes, in the order of its fields; names are snake_case there.
/// </summary>
/// <param name="Bench">Always <c>gemm</c>.</param>
/// <param name="Machine">Where.</param>
/// <param name="Backend">Device in words.</param>
/// <param name="Threads">Threads that computed.</param>
/// <param name="PeakGflops">Multiply-add peak of those threads, measured in the same run.</param>
/// <param name="Results">One for each shape.</param>
/// <param name="Summary">Over all shapes.</param>
public sealed record GemmBenchReport(
    string Bench,
    BenchMachine Machine,
    string Backend,
    int Threads,
    double PeakGflops,
    IReadOnlyList<GemmBenchResult> Results,
    GemmBenchSummary Summary
);

/// <summary>
/// One shape; rates are medians over the repeats, beside the smallest and largest.
/// </summary>
/// <param name="M">Rows.</param>
/// <param name="N">Columns.</param>
/// <param name="K">Terms.</param>
/// <param name="Layout">Always NT: activations times a weight.</param>
/// <param name="PackedGflops">With the weight packed before.</param>
/// <param name="PackedGflopsMin">Slowest repeat.</param>
/// <param name="PackedGflopsMax">Fastest repeat.</param>
/// <param name="UnpackedGflops">With the weight as it lies.</param>
/// <param name="UnpackedGflopsMin">Slowest repeat.</param>
/// <param name="UnpackedGflopsMax">Fastest repeat.</param>
/// <param name="ShareOfPeak">Packed median over the peak.</param>
public sealed record GemmBenchResult(
    int M,
    int N,
    int K,
    string Layout,
    double PackedGflops,
    double PackedGflopsMin,
    double PackedGflopsMax,
    double UnpackedGflops,
    double UnpackedGflopsMin,
    double UnpackedGflopsMax,
    double ShareOfPeak
);

/// <summary>Geometric means over the shapes.</summary>
/// <param name="GeometricMeanShareOfPeak">Packed.</param>
/// <param name="GeometricMeanShareOfPeakUnpacked">Unpacked.</param>
public sealed record GemmBenchSummary(
    double GeometricMeanShareOfPeak,
    double GeometricMeanShareOfPeakUnpacked
);

namespace Robustness.Cli.Bench;

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
/// <param name="PeakMemoryBytes">Most resident memory of the process.</param>
public sealed record GemmBenchSummary(
    double GeometricMeanShareOfPeak,
    double GeometricMeanShareOfPeakUnpacked,
    long PeakMemoryBytes
);

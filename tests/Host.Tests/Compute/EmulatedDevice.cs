using NUnit.Framework;
using Robustness.Backends.Cuda;
using Robustness.Compute;
using Robustness.Emulator;

namespace Robustness.Tests.Compute;

/// <summary>
/// The engine's kernels in the emulator with all checks on: loaded once for all tests, since
/// loading takes longer than most of them.
/// </summary>
internal sealed class EmulatedDevice : IDisposable
{
    private static readonly Lazy<EmulatedDevice> s_shared = new(() => new EmulatedDevice());
    private readonly EmulatedCudaDriver _driver = new();
    private int _taken;

    private EmulatedDevice()
    {
        Layers = new CudaBackend(_driver, Load);
        TestContext.Progress.WriteLine(Layers.Description);
    }

    public static EmulatedDevice Shared => s_shared.Value;

    public CudaBackend Layers { get; }

    /// <summary>The launches since a mark, which is the number of launches before.</summary>
    public IEnumerable<LaunchReport> Since(int mark) => _driver.Reports.Skip(mark);

    /// <summary>Launches so far.</summary>
    public int LaunchCount => _driver.Reports.Count;

    /// <summary>What the checks found since the last call, in words.</summary>
    public string[] TakeFaults()
    {
        string[] faults =
        [
            .. Since(_taken)
                .SelectMany(report =>
                    report.Faults.Select(fault =>
                        $"{report.Kernel}: {fault.Kind} at {fault.Site}: {fault.Message}"
                    )
                ),
        ];
        _taken = LaunchCount;
        return faults;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Layers.Dispose();
        _driver.Dispose();
    }

    // A folder of its own: tests leave nothing behind and take nothing from outside.
    private static KernelPtx Load(int computeCapability)
    {
        using var folder = new TemporaryFolder();
        return KernelPtx.Load(
            computeCapability,
            new KernelCache(folder.Path, TestContext.Progress.WriteLine)
        );
    }
}

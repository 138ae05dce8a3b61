using Robustness.Emulator;
using Robustness.Interop;

namespace Robustness.Tests;

/// <summary>
/// A compiled tiled product: exact result, clean checks, and the twin without a barrier.
/// </summary>
internal sealed unsafe class TiledProductTests
{
    private const int N = 64;

    public static (float[] C, LaunchReport Report) Run(string file, int n, EmulatorOptions options)
    {
        string path = Path.Combine(TestContext.CurrentContext.TestDirectory, "Ptx", file);
        using var driver = new EmulatedCudaDriver(options);
        CUmodule module = driver.LoadModule(File.ReadAllBytes(path), out _);
        CUfunction kernel = driver.GetFunction(module, "tiled");
        ulong bytes = (ulong)(4 * n * n);
        CUdeviceptr c = driver.Alloc(bytes);
        CUdeviceptr a = driver.Alloc(bytes);
        CUdeviceptr b = driver.Alloc(bytes);
        var values = new float[n * n];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (i * 7 % 13) - 6;
        }
        fixed (float* host = values)
        {
            driver.CopyHostToDevice(a, host, bytes);
            driver.CopyHostToDevice(b, host, bytes);
            void** arguments = stackalloc void*[] { &c, &a, &b, &n };
            uint tiles = (uint)(n / 64);
            driver.Launch(kernel, new Dim3(tiles, tiles), new Dim3(256), 0, default, arguments);
            driver.CopyDeviceToHost(host, c, bytes);
        }
        return (values, driver.Reports[0]);
    }

    [Test]
    public void EqualsThePlainLoop()
    {
        (float[] c, LaunchReport report) = Run("tiled.ptx", N, new EmulatorOptions());
        Assert.That(report.Faults, Is.Empty);
        Assert.That(report.Counters.Flops, Is.EqualTo(2L * N * N * N));
        Assert.That(report.Coverage["tiled.cu"][24], Is.GreaterThan(0));
        for (int i = 0; i < c.Length; i++)
        {
            float sum = 0;
            for (int k = 0; k < N; k++)
            {
                sum += (((i / N * N) + k) * 7 % 13 - 6) * (float)(((k * N) + (i % N)) * 7 % 13 - 6);
            }
            Assert.That(c[i], Is.EqualTo(sum));
        }
    }

    [Test]
    public void MissingBarrierIsARace()
    {
        LaunchReport report = Run("tiled-race.ptx", N, new EmulatorOptions()).Report;
        Assert.That(report.Faults.Select(fault => fault.Kind), Has.All.EqualTo(FaultKind.Race));
        Assert.That(report.Faults, Is.Not.Empty);
        Assert.That(report.Faults[0].Site.Source, Is.EqualTo("tiled.cu"));
    }

    [Test]
    public void ThreadsDoNotChangeTheResult()
    {
        var options = new EmulatorOptions { Checks = EmulatorChecks.None };
        float[] one = Run("tiled.ptx", 128, options).C;
        float[] two = Run("tiled.ptx", 128, options with { HostThreads = 2 }).C;
        Assert.That(two, Is.EqualTo(one));
    }
}

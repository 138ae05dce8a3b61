using Robustness.Emulator;
using Robustness.Interop;

namespace Robustness.Tests;

/// <summary>
/// A compiled product on tensor cores, with asynchronous copies: exact on small integers at ragged
/// sizes, and its twin without the second barrier is a race.
/// </summary>
internal sealed unsafe class TensorProductTests
{
    private const int Depth = 64;

    private static float Value(int i) => (i * 7 % 13) - 6;

    private static (float[] C, LaunchReport Report) Run(string file, int m, int n)
    {
        string path = Path.Combine(TestContext.CurrentContext.TestDirectory, "Ptx", file);
        using var driver = new EmulatedCudaDriver();
        CUmodule module = driver.LoadModule(File.ReadAllBytes(path), out _);
        CUfunction kernel = driver.GetFunction(module, "tensor");
        CUdeviceptr c = driver.Alloc((ulong)(4 * m * n));
        CUdeviceptr a = Upload(driver, m);
        CUdeviceptr b = Upload(driver, n);
        int k = Depth;
        void** arguments = stackalloc void*[] { &c, &a, &b, &m, &n, &k };
        var grid = new Dim3((uint)((n + 15) / 16), (uint)((m + 31) / 32));
        driver.Launch(kernel, grid, new Dim3(64), 0, default, arguments);
        var result = new float[m * n];
        fixed (float* host = result)
        {
            driver.CopyDeviceToHost(host, c, (ulong)(4 * m * n));
        }
        return (result, driver.Reports[0]);
    }

    private static CUdeviceptr Upload(EmulatedCudaDriver driver, int rows)
    {
        var values = new ushort[rows * Depth];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (ushort)(BitConverter.SingleToUInt32Bits(Value(i)) >> 16);
        }
        CUdeviceptr buffer = driver.Alloc((ulong)(2 * values.Length));
        fixed (ushort* host = values)
        {
            driver.CopyHostToDevice(buffer, host, (ulong)(2 * values.Length));
        }
        return buffer;
    }

    [TestCase(1, 1)]
    [TestCase(33, 17)]
    [TestCase(64, 32)]
    public void EqualsThePlainLoop(int m, int n)
    {
        (float[] c, LaunchReport report) = Run("tensor.ptx", m, n);
        Assert.That(report.Faults, Is.Empty);
        long blocks = (n + 15) / 16 * ((m + 31) / 32);
        // Rows of 48 bytes: ldmatrix has no conflicts, each eight lanes of a copy have one.
        Assert.That(report.Counters.SharedBankConflicts, Is.EqualTo(blocks * 12 * Depth / 16));
        Assert.That(report.Counters.TensorOperations, Is.EqualTo(blocks * 2 * 2 * Depth / 16));
        for (int i = 0; i < c.Length; i++)
        {
            float sum = 0;
            for (int k = 0; k < Depth; k++)
            {
                sum += Value((i / n * Depth) + k) * Value((i % n * Depth) + k);
            }
            Assert.That(c[i], Is.EqualTo(sum), $"element {i}");
        }
    }

    [Test]
    public void MissingBarrierIsARaceWithTheCopy()
    {
        LaunchReport report = Run("tensor-race.ptx", 64, 32).Report;
        Assert.That(report.Faults, Is.Not.Empty);
        Assert.That(report.Faults.Select(fault => fault.Kind), Has.All.EqualTo(FaultKind.Race));
        Assert.That(report.Faults[0].Site.Source, Is.EqualTo("tensor.cu"));
        Assert.That(report.Faults[0].Space, Is.EqualTo(PtxSpace.Shared));
    }
}

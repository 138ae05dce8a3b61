using NUnit.Framework;
using Robustness.Compute;
using Robustness.Emulator;
using Robustness.Tests.Compute;
using static Robustness.Tests.Compute.Operands;

namespace Robustness.Tests.Cuda;

/// <summary>
/// What the kernels move, by the emulator's counters: requests of row-wise kernels touch no more
/// sectors than they must, a launch no more distinct sectors than its cost allows, and products
/// meet no shared-memory bank twice.
/// </summary>
[TestFixture]
public sealed class KernelTrafficTests
{
    private const int Rows = 64;
    private const int Width = 256;
    private const double MostExcess = 1.1;
    private const int SectorBytes = 32;

    private static readonly string[] s_rowOperations =
    [
        "EmbeddingForward",
        "LayerNormForward",
        "LayerNormBackward",
        "RmsNormForward",
        "RmsNormBackward",
        "GeluForward",
        "GeluBackward",
        "SwigluForward",
        "SwigluBackward",
        "ResidualForward",
    ];

    [TestCaseSource(nameof(s_rowOperations))]
    public void RowWiseKernelsMoveWhatTheyMust(string operation)
    {
        var (report, cost) = Launch(operation);
        LaunchCounters counters = report.Counters;
        long sectors = counters.GlobalDistinctSectorsRead + counters.GlobalDistinctSectorsWritten;
        TestContext.Out.WriteLine(
            $"{report.Kernel}: {sectors * SectorBytes} bytes in distinct sectors, "
                + $"{counters.GlobalBytesRead + counters.GlobalBytesWritten} requested, "
                + $"least {cost.Bytes}"
        );
        Assert.That(sectors * SectorBytes, Is.LessThanOrEqualTo(MostExcess * cost.Bytes));
        long requested = counters.GlobalBytesRead + counters.GlobalBytesWritten;
        long touched = counters.GlobalLoadSectors + counters.GlobalStoreSectors;
        // A value that a whole warp reads or one lane writes takes a sector of its own.
        long single = 4L * Rows;
        Assert.That(touched, Is.LessThanOrEqualTo((requested / SectorBytes) + single));
    }

    [Test]
    public void TheEmbeddingsGradientMovesWhatItMust()
    {
        LaunchReport[] reports = EmbeddingBackward(Rows, Width);
        LaunchCounters counters = reports[^1].Counters;
        long sectors = counters.GlobalDistinctSectorsRead + counters.GlobalDistinctSectorsWritten;
        KernelCost cost = KernelCost.EmbeddingBackward(Rows, Width);
        Assert.That(reports[^1].Kernel, Is.EqualTo("embedding_backward"));
        Assert.That(sectors * SectorBytes, Is.LessThanOrEqualTo(MostExcess * cost.Bytes));
    }

    [Test]
    public void TheEmbeddingsGradientGrowsWithTheRowsAndNotWithTheirSquare()
    {
        static long Instructions(int rows) =>
            EmbeddingBackward(rows, 1).Sum(report => report.Counters.Instructions);
        double growth = (double)Instructions(8192) / Instructions(2048);
        TestContext.Out.WriteLine($"4 times the rows take {growth:F2} times the instructions");
        Assert.That(growth, Is.LessThan(4.1));
    }

    [Test]
    public void ProductsMeetNoBankTwice([Values] GemmLayout layout)
    {
        using var operands = new Operands(BackendUnderTest.Emulator);
        int mark = EmulatedDevice.Shared.LaunchCount;
        var (a, b) = (
            operands.Matrix(Draw(130 * 70, "a"), 130),
            operands.Matrix(Draw(70 * 90, "b"), 70)
        );
        a = layout == GemmLayout.TN ? a.Reshape(new Shape(70, 130)) : a;
        b = layout == GemmLayout.NT ? b.Reshape(new Shape(90, 70)) : b;
        var c = operands.Output(new Shape(130, 90));
        operands.Layers.Gemm(c, a, b, layout, GemmEpilogue.Store);
        LaunchReport report = EmulatedDevice.Shared.Since(mark).Single();
        Assert.That(report.Counters.SharedBankConflicts, Is.Zero);
        Assert.That(report.Counters.Flops, Is.GreaterThanOrEqualTo(2L * 130 * 90 * 70));
    }

    [Test]
    public void Bf16ProductsMeetNoBankTwice([Values] GemmLayout layout)
    {
        using var operands = new Operands(BackendUnderTest.Emulator);
        int mark = EmulatedDevice.Shared.LaunchCount;
        var (rows, terms, columns) = (128, 96, 72);
        float[] ones = [.. Enumerable.Repeat(1f, rows * terms)];
        bool along = layout != GemmLayout.TN;
        var a = operands.Bf16(ones, along ? rows : terms, along ? terms : rows);
        bool turned = layout == GemmLayout.NT;
        var b = operands.Bf16(
            ones[..(terms * columns)],
            turned ? columns : terms,
            turned ? terms : columns
        );
        var c = operands.Output(new Shape(rows, columns));
        operands.Layers.GemmBf16(c, a, b, layout, GemmEpilogue.Store);
        Assert.That(operands.Read(c), Has.All.EqualTo(terms));
        LaunchReport report = EmulatedDevice.Shared.Since(mark).Single();
        Assert.That(report.Counters.SharedBankConflicts, Is.Zero);
        Assert.That(report.Counters.TensorOperations, Is.EqualTo(2 * 2 * 4 * 8 * 2 * 3));
    }

    /// <summary>The launches for rows of different ids, the last first.</summary>
    private static LaunchReport[] EmbeddingBackward(int rows, int width)
    {
        using var operands = new Operands(BackendUnderTest.Emulator);
        var ids = operands.Ids([.. Enumerable.Range(0, rows).Reverse()]);
        var dTable = operands.Matrix(Draw(rows * width, "dTable"), rows);
        var dY = operands.Matrix(Draw(rows * width, "dY"), rows);
        int mark = EmulatedDevice.Shared.LaunchCount;
        operands.Layers.EmbeddingBackward(dTable, dY, ids);
        return [.. EmulatedDevice.Shared.Since(mark)];
    }

    private static (LaunchReport Report, KernelCost Cost) Launch(string operation)
    {
        using var operands = new Operands(BackendUnderTest.Emulator);
        Tensor M(string name) => operands.Matrix(Draw(Rows * Width, name), Rows);
        Tensor V(int n, string name) => operands.Vector(Draw(n, name));
        var (x, y, z) = (M("x"), M("y"), M("z"));
        var (gamma, mean, rstd) = (V(Width, "gamma"), V(Rows, "mean"), V(Rows, "rstd"));
        var layers = operands.Layers;
        int mark = EmulatedDevice.Shared.LaunchCount;
        KernelCost cost;
        switch (operation)
        {
            case "EmbeddingForward":
                int[] ids = [.. Enumerable.Range(0, Rows).Select(i => Rows - 1 - i)];
                var tokens = operands.Ids(ids);
                layers.EmbeddingForward(y, tokens, x);
                cost = KernelCost.EmbeddingForward(Rows, Width);
                break;
            case "LayerNormForward":
                layers.LayerNormForward(y, mean, rstd, x, gamma, gamma, 1e-5f);
                cost = KernelCost.LayerNormForward(Rows, Width);
                break;
            case "LayerNormBackward":
                layers.LayerNormBackward(z, Tensor.None, Tensor.None, y, x, mean, rstd, gamma);
                cost = KernelCost.LayerNormBackward(Rows, Width, parameters: false);
                break;
            case "RmsNormForward":
                layers.RmsNormForward(y, rstd, x, gamma, 1e-5f);
                cost = KernelCost.RmsNormForward(Rows, Width);
                break;
            case "RmsNormBackward":
                layers.RmsNormBackward(z, Tensor.None, y, x, rstd, gamma);
                cost = KernelCost.RmsNormBackward(Rows, Width, parameters: false);
                break;
            case "GeluForward":
                layers.GeluForward(y, x, gamma);
                cost = KernelCost.GeluForward(Rows, Width, bias: true);
                break;
            case "GeluBackward":
                layers.GeluBackward(z, y, x);
                cost = KernelCost.GeluBackward(Rows, Width);
                break;
            case "SwigluForward":
                layers.SwigluForward(z, y, x);
                cost = KernelCost.SwigluForward(Rows, Width);
                break;
            case "SwigluBackward":
                layers.SwigluBackward(z, M("w"), y, x, M("u"));
                cost = KernelCost.SwigluBackward(Rows, Width);
                break;
            default:
                layers.ResidualForward(z, y, x);
                cost = KernelCost.ResidualForward(Rows, Width);
                break;
        }
        return (EmulatedDevice.Shared.Since(mark).Single(), cost);
    }
}

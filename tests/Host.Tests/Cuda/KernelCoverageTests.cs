using NUnit.Framework;
using Robustness.Compute;
using Robustness.Emulator;
using Robustness.Numerics;
using Robustness.Tests.Compute;
using static Robustness.Tests.Compute.Operands;

namespace Robustness.Tests.Cuda;

/// <summary>
/// Every line of every kernel that became code is executed, ragged sizes included.
/// </summary>
[TestFixture]
public sealed class KernelCoverageTests
{
    [Test]
    public void EveryLineOfEveryKernelRuns()
    {
        int mark = EmulatedDevice.Shared.LaunchCount;
        foreach (var (rows, width) in ((int, int)[])[(3, 33), (300, 64)])
        {
            using var operands = new Operands(BackendUnderTest.Emulator);
            Rows(operands, rows, width);
            Products(operands, rows, width);
        }
        var executed = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (LaunchReport report in EmulatedDevice.Shared.Since(mark))
        {
            foreach ((string file, SortedDictionary<int, long> lines) in report.Coverage)
            {
                foreach ((int line, long lanes) in lines)
                {
                    string place = $"{report.Kernel}: {file}:{line}";
                    executed[place] = executed.GetValueOrDefault(place) + lanes;
                }
            }
        }
        var never = executed.Where(pair => pair.Value == 0).Select(pair => pair.Key);
        Assert.That(executed, Has.Count.GreaterThan(200));
        Assert.That(never, Is.Empty);
    }

    private static void Rows(Operands operands, int rows, int width)
    {
        Tensor M(string name) => operands.Matrix(Draw(rows * width, name, 4), rows);
        Tensor V(int n, string name) => operands.Vector(Draw(n, name));
        var layers = operands.Layers;
        var (x, y, d) = (M("x"), M("y"), M("d"));
        var (gamma, beta) = (V(width, "gamma"), V(width, "beta"));
        var (mean, rstd) = (V(rows, "mean"), V(rows, "rstd"));
        var ids = operands.Ids(DrawIds(rows, 2, "ids"));
        var table = operands.Matrix(Draw(2 * width, "table"), 2);
        layers.EmbeddingForward(y, ids, table);
        layers.EmbeddingBackward(table, d, ids);
        layers.LayerNormForward(y, mean, rstd, x, gamma, beta, 1e-5f);
        layers.LayerNormForward(y, Tensor.None, Tensor.None, x, gamma, beta, 1e-5f);
        layers.LayerNormBackward(d, gamma, beta, y, x, mean, rstd, V(width, "g"));
        layers.RmsNormForward(y, rstd, x, gamma, 1e-5f);
        layers.RmsNormForward(y, Tensor.None, x, gamma, 1e-5f);
        layers.RmsNormBackward(d, gamma, y, x, rstd, V(width, "g"));
        layers.GeluForward(y, x, Tensor.None);
        layers.GeluForward(y, operands.Matrix(Draw(rows * width, "far", 40), rows), beta);
        layers.GeluBackward(d, y, operands.Matrix(Draw(rows * width, "far", 40), rows));
        layers.SwigluForward(y, x, d);
        layers.SwigluBackward(y, M("u"), d, x, M("w"));
        layers.ResidualForward(y, x, d);
        layers.BiasBackward(beta, y);
        var words = operands.IdOutput(1, (rows * 4) + 1).Reshape(new Shape((rows * 4) + 1));
        layers.PhiloxWords(words, new StreamKey(1, 2), 3, 4);
    }

    private static void Products(Operands operands, int rows, int width)
    {
        int terms = width == 64 ? 40 : 37; // rows on 16 bytes, and not
        foreach (GemmLayout layout in Enum.GetValues<GemmLayout>())
        {
            bool isTurned = layout == GemmLayout.TN;
            var a = operands.Matrix(Draw(rows * terms, "a"), isTurned ? terms : rows);
            bool isWeight = layout == GemmLayout.NT;
            var b = operands.Matrix(Draw(width * terms, "b"), isWeight ? width : terms);
            var (narrowA, narrowB) = (Narrow(operands, a), Narrow(operands, b));
            var c = operands.Matrix(Draw(rows * width, "c"), rows);
            foreach (GemmEpilogue epilogue in Epilogues(operands, c))
            {
                operands.Layers.Gemm(c, a, b, layout, epilogue);
                operands.Layers.GemmBf16(c, narrowA, narrowB, layout, epilogue);
            }
        }
    }

    private static Tensor Narrow(Operands operands, Tensor x)
    {
        var y = operands.Bf16Output(x.Shape.Rows, x.Shape.Columns);
        operands.Layers.Bf16Round(y, x);
        operands.Layers.Bf16Widen(x, y);
        return y;
    }

    private static GemmEpilogue[] Epilogues(Operands operands, Tensor c) =>
        [
            GemmEpilogue.Store,
            GemmEpilogue.AddTo,
            new GemmEpilogue
            {
                Bias = operands.Vector(Draw(c.Shape.Columns, "bias", 20)),
                PreActivation = operands.Output(c.Shape),
                Gelu = true,
                Residual = c,
            },
        ];
}

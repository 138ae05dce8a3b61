using NUnit.Framework;
using Robustness.Compute;
using Robustness.Numerics;
using static Robustness.Tests.Compute.Operands;

namespace Robustness.Tests.Compute;

/// <summary>Row operations, optimisers and search leave nothing to the garbage collector.</summary>
[TestFixtureSource(typeof(Backends), nameof(Backends.Available))]
public sealed class AllocationContract(BackendUnderTest backend)
{
    private const int Rows = 300;
    private const int Width = 70;

    [Test]
    public void CallsInSteadyStateAllocateNothing()
    {
        using var operands = new Operands(backend);
        var launches = Launches(operands);
        for (int warmUp = 0; warmUp < 3; warmUp++)
        {
            foreach (var (_, launch) in launches)
            {
                launch();
            }
        }
        foreach (var (name, launch) in launches)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            launch();
            long after = GC.GetAllocatedBytesForCurrentThread();
            Assert.That(after - before, Is.Zero, name);
        }
    }

    private static List<(string Name, Action Launch)> Launches(Operands operands)
    {
        var cpu = operands.Backend;
        var (x, y, dX) = (Matrix("x"), Matrix("y"), Matrix("dX"));
        var (mean, rstd) = (Vector(Rows), Vector(Rows));
        var (gamma, beta, dGamma, dBeta) = (
            Vector(Width),
            Vector(Width),
            Vector(Width),
            Vector(Width)
        );
        var (tokens, banned) = (
            operands.Ids(DrawIds(Rows, Rows, "ids")),
            operands.Ids(new int[Rows])
        );
        var (best, chosen) = (operands.IdOutput(9, 32), operands.IdOutput(4, 40));
        long[] rowIds = [1, 2, 3, 4];
        var segments = new Segments();
        segments.Add(100, 1);
        segments.Add(200, 5);
        var read = operands.Matrix(Draw(6 * Width, "read"), 6);
        var angles = operands.Matrix(Draw(200 * 5, "angles"), 200);
        var rotary = new RotaryTable(angles, angles, 35);
        var adam = new AdamWStep(1e-3f, 0.9f, 0.999f, 1e-8f, 0, 1, 1);
        var factor = new AdafactorStep(1e-3f, 1e-30f, 1, -0.8f, 1, 1);
        var key = StreamKey.Create(1, "attack/gcg/candidates", "");
        return
        [
            ("embedding forward", () => cpu.EmbeddingForward(y, tokens, x)),
            ("embedding backward", () => cpu.EmbeddingBackward(dX, y, tokens)),
            ("norm forward", () => cpu.LayerNormForward(y, mean, rstd, x, gamma, beta, 1e-5f)),
            (
                "norm backward",
                () => cpu.LayerNormBackward(dX, dGamma, dBeta, y, x, mean, rstd, gamma)
            ),
            ("gelu forward", () => cpu.GeluForward(y, x, beta)),
            ("gelu backward", () => cpu.GeluBackward(dX, y, x)),
            ("residual", () => cpu.ResidualForward(y, x, dX)),
            ("bias", () => cpu.BiasBackward(dBeta, y)),
            ("rotary", () => cpu.RotaryForward(y, segments, RowSet.All, rotary)),
            ("gather", () => cpu.GatherReadRows(read, x, segments)),
            ("scatter", () => cpu.ScatterReadRows(dX, read, segments)),
            ("squares", () => cpu.SumOfSquares(x)),
            ("adamw", () => cpu.AdamW(y, dX, x, x, adam)),
            ("adafactor", () => cpu.Adafactor(y, mean, gamma, x, factor)),
            ("adafactor of a vector", () => cpu.Adafactor(beta, dBeta, Tensor.None, gamma, factor)),
            ("top k", () => cpu.TokenGradientTopK(best, Tensor.None, x.RowRange(0, 9), y, banned)),
            ("candidates", () => cpu.CandidateSample(chosen, rowIds, 320, key, 1)),
        ];

        Tensor Matrix(string name) => operands.Matrix(Draw(Rows * Width, name), Rows);
        Tensor Vector(int n) => operands.Vector(Draw(n, "vector"));
    }
}

using NUnit.Framework;
using Robustness.Compute;
using Robustness.Numerics;
using static Robustness.Tests.Compute.Operands;

namespace Robustness.Tests.Compute;

/// <summary>What every backend's candidate search must do.</summary>
[TestFixtureSource(typeof(Backends), nameof(Backends.Available))]
public sealed class SearchContract(BackendUnderTest backend)
{
    [TestCase(1, 1, 1, 1)]
    [TestCase(7, 61, 33, 20)]
    [TestCase(10, 9000, 40, 256)]
    public void TheLowestGradientsAreFound(int tokens, int vocabulary, int width, int k)
    {
        var inputs = (Draw(tokens * width, "dE"), Draw(vocabulary * width, "table"));
        int[] banned = new int[vocabulary];
        if (vocabulary > 1)
        {
            banned[0] = 1;
            banned[vocabulary / 2] = 7;
        }
        var (ids, values) = TopK(backend, inputs, tokens, banned, k);
        float[] g = new float[vocabulary];
        for (int a = 0; a < tokens; a++)
        {
            Gradients(g, inputs, a, width);
            int[] expected =
            [
                .. Enumerable
                    .Range(0, vocabulary)
                    .Where(id => banned[id] == 0)
                    .OrderBy(id => g[id])
                    .ThenBy(id => id)
                    .Take(k),
            ];
            Assert.That(ids[(a * k)..((a + 1) * k)], Is.EqualTo(expected), $"token {a}");
            float[] found = values[(a * k)..((a + 1) * k)];
            Assert.That(found, Is.EqualTo(expected.Select(id => g[id])), $"values of token {a}");
        }
    }

    [Test]
    public void TiesGoToTheLowerIdAndAllIdsMayBeAsked()
    {
        float[] table = [1, 0, -1, 0, -1, 1, 0, -1];
        var (ids, values) = TopK(backend, ([1f], table), 1, new int[8], 8);
        Assert.That(ids, Is.EqualTo([2, 4, 7, 1, 3, 6, 0, 5]));
        Assert.That(values, Is.EqualTo([-1f, -1f, -1f, 0f, 0f, 0f, 1f, 1f]));
    }

    [Test]
    public void TooFewAllowedIdsAreNamed()
    {
        Assert.That(
            () => TopK(backend, ([1f], [1f, 2f, 3f]), 1, [0, 1, 0], 3),
            Throws
                .ArgumentException.With.Message.Contains("top 3")
                .And.Message.Contains("only 2 of 3")
        );
    }

    [Test]
    public void CandidatesAreTheSamplersDraws()
    {
        using var operands = new Operands(backend);
        long[] rowIds = [3, 0, (1L << 40) + 5, 9];
        var key = StreamKey.Create(5, "attack/gcg/candidates", "");
        var chosen = operands.IdOutput(4, 17);
        operands.Backend.CandidateSample(chosen, rowIds, 640, key, 12);
        int[] found = operands.ReadIds(chosen);
        for (int b = 0; b < rowIds.Length; b++)
        {
            int[] expected = new int[17];
            Sampling.WithoutReplacement(key, 12, (ulong)rowIds[b], 640, expected);
            Assert.That(found[(b * 17)..((b + 1) * 17)], Is.EqualTo(expected));
        }
    }

    // 16 partial sums and their tree: the order that fixes the bits, and so the ties.
    private static void Gradients(float[] g, (float[] E, float[] Table) inputs, int a, int width)
    {
        float[] partial = new float[16];
        for (int id = 0; id < g.Length; id++)
        {
            Array.Clear(partial);
            for (int i = 0; i < width; i++)
            {
                float e = inputs.E[(a * width) + i];
                float w = inputs.Table[(id * width) + i];
                partial[i % 16] = MathF.FusedMultiplyAdd(e, w, partial[i % 16]);
            }
            for (int half = 8; half > 0; half /= 2)
            {
                for (int j = 0; j < half; j++)
                {
                    partial[j] += partial[j + half];
                }
            }
            g[id] = partial[0];
        }
    }

    private static (int[] Ids, float[] Values) TopK(
        BackendUnderTest variant,
        (float[] E, float[] Table) inputs,
        int tokens,
        int[] banned,
        int k
    )
    {
        using var operands = new Operands(variant);
        var ids = operands.IdOutput(tokens, k);
        var values = operands.Output(new Shape(tokens, k));
        operands.Backend.TokenGradientTopK(
            ids,
            values,
            operands.Matrix(inputs.E, tokens),
            operands.Matrix(inputs.Table, banned.Length),
            operands.Ids(banned)
        );
        return (operands.ReadIds(ids), operands.Read(values));
    }
}

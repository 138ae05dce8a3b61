using NUnit.Framework;
using Robustness.Compute;
using Robustness.Models;
using Robustness.Tests.Models;

namespace Robustness.Tests.Training;

/// <summary>Trained weights have the same bits however the work was cut.</summary>
[TestFixture]
public sealed class BitIdentityTests
{
    private const int Steps = 50;

    [TestCase(2, 128)]
    [TestCase(1, 256)]
    [TestCase(2, 256)]
    [TestCase(1, 512)]
    [TestCase(2, 512)]
    [TestCase(3, 512)]
    [TestCase(2, 256, Precision.Bf16)]
    [TestCase(3, 512, Precision.Bf16)]
    public void WeightsAfter50StepsAreThoseOfOneThreadAnd128Bits(
        int threads,
        int bits,
        Precision precision = Precision.F32
    )
    {
        var expected = Weights(1, 128, precision);
        var found = Weights(threads, bits, precision);
        foreach (var (name, values) in expected)
        {
            Assert.That(found[name], Is.EqualTo(values), name);
        }
    }

    [Test]
    public void GradientsOfABatchAreThoseOfItsPartsWhenCutAtChunks([Values] Precision precision)
    {
        // Sums over rows go in chunks of 256: a cut after 256 rows, and after 512, changes no bit.
        int[] whole = [64, 64, 64, 64, 200, 56, 30];
        var expected = Gradients([whole], precision);
        var found = Gradients([whole[..4], whole[4..6], whole[6..]], precision);
        foreach (var (name, values) in expected)
        {
            Assert.That(found[name], Is.EqualTo(values), name);
        }
    }

    private static Dictionary<string, float[]> Weights(int threads, int bits, Precision precision)
    {
        using var backend = TinyModel.Backend(threads, bits);
        using var model = TrainingFixture.Train(backend, Steps, precision: precision);
        return model.Weights.All.ToDictionary(named => named.Name, model.Export);
    }

    private static Dictionary<string, float[]> Gradients(int[][] launches, Precision precision)
    {
        using var backend = TinyModel.Backend(2);
        using var model = TinyModel.Create(
            backend,
            TinyModel.Config with
            {
                Precision = precision,
            }
        );
        using var transformer = new Transformer(backend, model, frozen: false);
        using var arena = new Arena(backend);
        using var gradients = new ParameterSet(backend, model.Config);
        gradients.Clear(backend);
        ulong row = 0;
        foreach (int[] lengths in launches)
        {
            arena.Rewind(default);
            var segments = new Segments();
            var ids = new List<int>();
            foreach (int length in lengths)
            {
                segments.Add(length, length);
                ids.AddRange(TinyModel.Ids(length, row++));
            }
            Accumulate(backend, model, transformer, arena, segments, [.. ids], gradients);
        }
        return gradients.All.ToDictionary(named => named.Name, model.Export);
    }

    private static void Accumulate(
        IBackend backend,
        ModelParameters model,
        Transformer transformer,
        Arena arena,
        Segments segments,
        int[] ids,
        ParameterSet gradients
    )
    {
        var kept = new ActivationStore();
        var tokens = arena.Allocate(new Shape(ids.Length), DataType.Int32);
        backend.Upload<int>(tokens, ids);
        var scale = arena.Allocate(ids.Length);
        backend.Upload<float>(scale, Array.ConvertAll(ids, id => 0.01f * id));
        var hidden = transformer.Forward(arena, tokens, segments, keep: kept);
        var dHidden = arena.Allocate(hidden.Shape);
        backend.CrossEntropyBackward(
            arena.Allocate(new Shape(ids.Length), DataType.Float64),
            dHidden,
            gradients.Unembedding,
            hidden,
            transformer.Weights.Unembedding,
            tokens,
            scale
        );
        transformer.Backward(arena, dHidden, segments, kept, gradients: gradients);
    }
}

using NUnit.Framework;
using Robustness.Compute;
using Robustness.Models;
using Robustness.Numerics;

namespace Robustness.Tests.Models;

/// <summary>
/// A bf16 model against its definition in double with the same operands rounded. An f32 value and
/// its double now and then round to neighbours, so single elements differ by a bf16 unit, but
/// hardly any: the root mean square of the differences tells a right rounding from a missing one.
/// </summary>
[TestFixture]
public sealed class Bf16ModelTests
{
    private static readonly ModelConfig s_config = TinyModel.Config with
    {
        Precision = Precision.Bf16,
    };

    [Test]
    public void HiddenStatesEqualTheDefinitionWithRoundedOperands([Values] bool frozen)
    {
        using var backend = TinyModel.Backend();
        using var model = TinyModel.Create(backend, s_config);
        var reference = new ReferenceTransformer(model);
        int[] ids = TinyModel.Ids(70, 3);
        double[] exact = [.. reference.Hidden(ids).SelectMany(row => row)];
        float[] found = Hidden(backend, model, ids, frozen);
        using var wide = TinyModel.Create(backend);
        float[] unrounded = Hidden(backend, wide, ids, frozen);

        Assert.That(Difference(found, exact), Is.LessThan(2e-4));
        Assert.That(Difference(unrounded, exact), Is.GreaterThan(2e-3), "f32 is something else");
    }

    // Central differences are no check here: a step either crosses no rounding, and the loss stays,
    // or it crosses one, and the loss jumps.
    [TestCase(Precision.F32)]
    [TestCase(Precision.Bf16)]
    public void WeightGradientsEqualTheReferences(Precision precision)
    {
        using var backend = TinyModel.Backend();
        using var model = TinyModel.Create(backend, s_config with { Precision = precision });
        int[] ids = TinyModel.Ids(9, 5);
        int[] targets = TinyModel.Ids(9, 6);
        using var gradients = TokenLoss.Gradients(backend, model, ids, targets);
        bool rounded = precision == Precision.Bf16;
        var exact = ReferenceGradients.Of(model, rounded, ids, targets);
        var other = ReferenceGradients.Of(model, !rounded, ids, targets);
        foreach (var named in gradients.All.Where(n => n.Name != ParameterSet.ClassifierName))
        {
            float[] found = model.Export(named);
            double ours = Difference(found, exact[named.Name]);
            double theirs = Difference(found, other[named.Name]);
            Assert.That(ours, Is.LessThan(rounded ? 2e-4 : 2e-6), named.Name);
            Assert.That(ours, Is.LessThan(theirs / 10), named.Name);
        }
    }

    [Test]
    public void ALoadedModelGivesTheLogitsOfTheSavedOne()
    {
        using var folder = new TemporaryFolder();
        using var backend = TinyModel.Backend();
        using var model = TinyModel.Create(backend, s_config);
        Checkpoint.Save(folder.Of("model"), model);
        using var loaded = Checkpoint.Load(backend, folder.Of("model"));
        int[] ids = TinyModel.Ids(30, 4);

        Assert.That(loaded.Config.Precision, Is.EqualTo(Precision.Bf16));
        Assert.That(
            Hidden(backend, loaded, ids, true),
            Is.EqualTo(Hidden(backend, model, ids, false))
        );
        var stored = Safetensors.Read(Path.Combine(folder.Of("model"), Checkpoint.WeightsFile));
        foreach (var named in model.Weights.All)
        {
            var (_, values, type) = stored[named.Name];
            float[] rounded = Array.ConvertAll(
                model.Export(named),
                v => BFloat16.FromSingle(v).ToSingle()
            );
            Assert.That(type, Is.EqualTo(DataType.BFloat16), named.Name);
            Assert.That(values, Is.EqualTo(rounded), named.Name);
            var again = loaded.Weights.All.Single(n => n.Name == named.Name);
            Assert.That(loaded.Export(again), Is.EqualTo(rounded), named.Name);
        }
        long bytes = new FileInfo(Path.Combine(folder.Of("model"), Checkpoint.WeightsFile)).Length;
        Assert.That(bytes, Is.LessThan(3 * s_config.LanguageModelParameterCount));
    }

    [Test]
    public void TheWeightsOfATrainedModelAreReadAnew()
    {
        using var backend = TinyModel.Backend();
        using var model = TinyModel.Create(backend, s_config);
        using var transformer = new Transformer(backend, model, frozen: false);
        using var arena = new Arena(backend);
        int[] ids = TinyModel.Ids(12, 8);
        TokenLoss.Hidden(backend, transformer, arena, ids);
        foreach (var named in model.Weights.All)
        {
            model.Import(named, Array.ConvertAll(model.Export(named), v => 1.25f * v));
        }
        float[] found = TokenLoss.Hidden(backend, transformer, arena, ids);

        Assert.That(found, Is.EqualTo(Hidden(backend, model, ids, true)));
    }

    [Test]
    public void FlopsAreThoseOfF32AndStoredWeightsCountTwoBytes()
    {
        var narrow = Meter(Precision.Bf16);
        var wide = Meter(Precision.F32);

        Assert.That(narrow.Values.Sum(t => t.Flops), Is.EqualTo(wide.Values.Sum(t => t.Flops)));
        Assert.That(narrow.Keys, Does.Contain("GemmBf16").And.Not.Contain("Gemm NT"));
        long tables = 2L * TinyModel.Config.VocabularySize * TinyModel.Config.Width;
        Assert.That(
            wide["LogitsForward"].Bytes - narrow["LogitsForward"].Bytes,
            Is.EqualTo(tables)
        );
        long rows = 2L * 20 * TinyModel.Config.Width;
        Assert.That(
            wide["EmbeddingForward"].Bytes - narrow["EmbeddingForward"].Bytes,
            Is.EqualTo(rows)
        );
    }

    private static Dictionary<string, KernelCost> Meter(Precision precision)
    {
        using var backend = TinyModel.Backend();
        using var meter = new MeteredBackend(backend, TimeProvider.System);
        using var model = TinyModel.Create(meter, s_config with { Precision = precision });
        using var transformer = new Transformer(meter, model, frozen: false);
        using var arena = new Arena(meter);
        meter.Reset();
        TokenLoss.Hidden(meter, transformer, arena, TinyModel.Ids(20, 1));
        var logits = arena.Allocate(1, TinyModel.Config.VocabularySize);
        var hidden = arena.Allocate(1, TinyModel.Config.Width);
        meter.LogitsForward(logits, hidden, transformer.Weights.Unembedding);
        return meter.Totals().ToDictionary(t => t.Name, t => t.Cost);
    }

    private static float[] Hidden(IBackend backend, ModelParameters model, int[] ids, bool frozen)
    {
        using var transformer = new Transformer(backend, model, frozen);
        using var arena = new Arena(backend);
        return TokenLoss.Hidden(backend, transformer, arena, ids);
    }

    // Root mean square, relative to that of the reference.
    private static double Difference(float[] found, double[] exact)
    {
        double squares = found.Zip(exact, (f, e) => (f - e) * (f - e)).Sum();
        return Math.Sqrt(squares / (exact.Sum(e => e * e) + 1e-12));
    }
}

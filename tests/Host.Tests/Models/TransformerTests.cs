using NUnit.Framework;
using Robustness.Compute;
using Robustness.Models;

namespace Robustness.Tests.Models;

/// <summary>
/// The model against its definition in double, and against itself however it is cut.
/// </summary>
public sealed class TransformerTests
{
    private const double Step = 1e-4;

    [Test]
    public void HiddenStatesEqualTheDefinition()
    {
        using var backend = TinyModel.Backend();
        using var model = TinyModel.Create(backend);
        using var transformer = new Transformer(backend, model, frozen: true);
        using var arena = new Arena(backend);
        var reference = new ReferenceTransformer(model);
        int[] lengths = [1, 7, 33, 70];
        float[] hidden = Forward(backend, transformer, arena, lengths);
        int row = 0;
        for (int b = 0; b < lengths.Length; b++)
        {
            foreach (double[] expected in reference.Hidden(TinyModel.Ids(lengths[b], (ulong)b)))
            {
                int width = TinyModel.Config.Width;
                var actual = hidden.AsSpan(row++ * width, width).ToArray();
                Assert.That(actual, Is.EqualTo(expected).Within(2e-5));
            }
        }
    }

    [Test]
    public void WeightGradientsEqualCentralDifferences()
    {
        using var backend = TinyModel.Backend();
        using var model = TinyModel.Create(backend);
        int[] ids = TinyModel.Ids(9, 5);
        int[] targets = TinyModel.Ids(9, 6);
        using var gradients = TokenLoss.Gradients(backend, model, ids, targets);
        var reference = new ReferenceTransformer(model);
        for (int i = 0; i < model.Weights.All.Count; i++)
        {
            var named = model.Weights.All[i];
            if (named.Name == ParameterSet.ClassifierName)
            {
                continue;
            }
            float[] ours = model.Export(gradients.All[i]);
            double[] values = reference.Values[named.Name];
            double scale = ours.Max(Math.Abs) + 1e-3;
            for (int j = 0; j < values.Length; j += 1 + (values.Length / 5))
            {
                double kept = values[j];
                values[j] = kept + Step;
                double above = reference.TokenLoss(ids, targets);
                values[j] = kept - Step;
                double below = reference.TokenLoss(ids, targets);
                values[j] = kept;
                Assert.That(
                    ours[j],
                    Is.EqualTo((above - below) / (2 * Step)).Within(2e-4 * scale),
                    $"{named.Name}[{j}]"
                );
            }
        }
    }

    [TestCase(12, 0)]
    [TestCase(40, 0)]
    [TestCase(40, 30)]
    public void InputGradientsEqualCentralDifferences(int length, int cached)
    {
        using var backend = TinyModel.Backend();
        using var model = TinyModel.Create(backend);
        int[] ids = TinyModel.Ids(length, 7);
        float[] ours = ClassInputGradients(backend, model, ids, cached);
        int width = TinyModel.Config.Width;
        var reference = new ReferenceTransformer(model) { InputShift = new double[length * width] };
        double scale = ours.Max(Math.Abs) + 1e-4;
        for (int j = 0; j < ours.Length; j += 37)
        {
            int at = (cached * width) + j;
            reference.InputShift[at] = Step;
            double above = reference.ClassLoss(ids, 1);
            reference.InputShift[at] = -Step;
            double below = reference.ClassLoss(ids, 1);
            reference.InputShift[at] = 0;
            Assert.That(
                ours[j],
                Is.EqualTo((above - below) / (2 * Step)).Within(2e-4 * scale),
                $"token {cached + (j / width)}, element {j % width}"
            );
        }
    }

    [Test]
    public void BitsDoNotDependOnThreadsWidthsOrCompany([Values] Precision precision)
    {
        var config = TinyModel.Config with { Precision = precision };
        int[] lengths = [1, 7, 33, 70, 64, 2];
        float[]? expected = null;
        foreach (int bits in new[] { 128, 256, 512 })
        {
            foreach (int threads in new[] { 1, 2 })
            {
                using var backend = TinyModel.Backend(threads, bits);
                using var model = TinyModel.Create(backend, config);
                using var transformer = new Transformer(backend, model, frozen: threads == 1);
                using var arena = new Arena(backend);
                float[] together = Forward(backend, transformer, arena, lengths);
                var apart = new List<float>();
                for (int b = 0; b < lengths.Length; b++)
                {
                    apart.AddRange(Forward(backend, transformer, arena, [lengths[b]], b));
                }
                expected ??= together;
                Assert.That(together, Is.EqualTo(expected), $"{threads} threads, {bits} bits");
                Assert.That(apart, Is.EqualTo(expected), "one sequence a launch");
            }
        }
    }

    private static float[] Forward(
        IBackend backend,
        Transformer transformer,
        Arena arena,
        int[] lengths,
        int firstRow = 0
    )
    {
        arena.Rewind(default);
        var segments = new Segments();
        var ids = new List<int>();
        for (int b = 0; b < lengths.Length; b++)
        {
            segments.Add(lengths[b], lengths[b]);
            ids.AddRange(TinyModel.Ids(lengths[b], (ulong)(firstRow + b)));
        }
        var hidden = transformer.Forward(arena, Upload(backend, arena, [.. ids]), segments);
        var values = new float[hidden.Count];
        backend.Download(values.AsSpan(), hidden);
        return values;
    }

    private static float[] ClassInputGradients(
        IBackend backend,
        ModelParameters model,
        int[] ids,
        int cached
    )
    {
        using var transformer = new Transformer(backend, model, frozen: true);
        using var arena = new Arena(backend);
        using var cache = transformer.CreateCache(1, ids.Length);
        var segments = new Segments();
        if (cached > 0)
        {
            segments.Add(cached, 0, 0, 0);
            var prefix = Upload(backend, arena, ids[..cached]);
            transformer.Forward(arena, prefix, segments, cache, writeCache: true);
            segments.Clear();
        }
        segments.Add(ids.Length - cached, 1, 0, cached);
        var kept = new ActivationStore();
        var rows = Upload(backend, arena, ids[cached..]);
        var hidden = transformer.Forward(arena, rows, segments, cache, keep: kept);
        var logits = arena.Allocate(1, 2);
        backend.ClassifierForward(logits, hidden, transformer.Weights.Classifier);
        var scale = arena.Allocate(1);
        backend.Upload<float>(scale, [1f]);
        var dLogits = arena.Allocate(1, 2);
        backend.ClassificationLoss(
            arena.Allocate(new Shape(1), DataType.Float64),
            dLogits,
            logits,
            Upload(backend, arena, [1]),
            scale
        );
        var dHidden = arena.Allocate(hidden.Shape);
        backend.ClassifierBackward(
            dHidden,
            Tensor.None,
            dLogits,
            hidden,
            transformer.Weights.Classifier
        );
        var dX = transformer.Backward(arena, dHidden, segments, kept, cache);
        var values = new float[dX.Count];
        backend.Download(values.AsSpan(), dX);
        return values;
    }

    private static Tensor Upload(IBackend backend, Arena arena, int[] values)
    {
        var tensor = arena.Allocate(new Shape(values.Length), DataType.Int32);
        backend.Upload<int>(tensor, values);
        return tensor;
    }
}

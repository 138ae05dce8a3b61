using System.Text.Json.Nodes;
using NUnit.Framework;
using Robustness.Compute;
using Robustness.Models;
using Robustness.Tests.Data;

namespace Robustness.Tests.Models;

/// <summary>
/// A GPT-NeoX checkpoint in the published layout, with logits, losses and gradients that another
/// program computed in double.
/// </summary>
[TestFixture]
public sealed class PublishedCheckpointTests
{
    private const string Folder = "checkpoints/neox-synthetic";
    private const double Tolerance = 2e-5;

    [Test]
    public void LogitsAndLossesEqualTheExpected()
    {
        using var backend = TinyModel.Backend();
        using var model = Checkpoint.Load(backend, OptionalData.Require(Folder));
        using var transformer = new Transformer(backend, model, frozen: true);
        using var arena = new Arena(backend);
        foreach (var expected in Cases())
        {
            int[] ids = Ints(expected["ids"]!);
            var hidden = Forward(backend, transformer, arena, ids);
            float[] logits = new float[ids.Length * model.Config.VocabularySize];
            var tokenLogits = arena.Allocate(ids.Length, model.Config.VocabularySize);
            backend.LogitsForward(tokenLogits, hidden, transformer.Weights.Unembedding);
            backend.Download(logits.AsSpan(), tokenLogits);
            Assert.That(logits, Is.EqualTo(Doubles(expected["logits"]!)).Within(Tolerance));

            float[] classes = new float[2];
            var classLogits = arena.Allocate(1, 2);
            var last = hidden.RowRange(ids.Length - 1, 1);
            backend.ClassifierForward(classLogits, last, transformer.Weights.Classifier);
            backend.Download(classes.AsSpan(), classLogits);
            Assert.That(classes, Is.EqualTo(Doubles(expected["class_logits"]!)).Within(Tolerance));
            int label = (int)expected["label"]!;
            double loss = Math.Log(1 + Math.Exp(classes[1 - label] - classes[label]));
            Assert.That(loss, Is.EqualTo((double)expected["class_loss"]!).Within(Tolerance));
        }
    }

    [Test]
    public void TheReferenceEqualsTheExpectedToItsLastDigit()
    {
        using var backend = TinyModel.Backend();
        using var model = Checkpoint.Load(backend, OptionalData.Require(Folder));
        var reference = new ReferenceTransformer(model);
        foreach (var expected in Cases())
        {
            int[] ids = Ints(expected["ids"]!);
            double[] all = Doubles(expected["logits"]!);
            Assert.That(
                reference.TokenLogits(ids),
                Is.EqualTo(all[^model.Config.VocabularySize..]).Within(1e-10)
            );
            Assert.That(
                reference.ClassLogits(ids),
                Is.EqualTo(Doubles(expected["class_logits"]!)).Within(1e-10)
            );
        }
    }

    [Test]
    public void WhatIsSavedIsWhatWasRead()
    {
        using var folder = new TemporaryFolder();
        using var backend = TinyModel.Backend();
        string published = OptionalData.Require(Folder);
        using var model = Checkpoint.Load(backend, published);
        Checkpoint.Save(folder.Of("copy"), model);
        var ours = Safetensors.Read(Path.Combine(folder.Of("copy"), Checkpoint.WeightsFile));
        var theirs = Safetensors.Read(Path.Combine(published, Checkpoint.WeightsFile));

        foreach (var (name, (shape, values, _)) in theirs)
        {
            Assert.That(ours[name].Shape, Is.EqualTo(shape), name);
            Assert.That(ours[name].Values, Is.EqualTo(values), name);
        }
    }

    private static Tensor Forward(IBackend backend, Transformer transformer, Arena arena, int[] ids)
    {
        arena.Rewind(default);
        var segments = new Segments();
        segments.Add(ids.Length, ids.Length);
        var rows = arena.Allocate(new Shape(ids.Length), DataType.Int32);
        backend.Upload<int>(rows, ids);
        return transformer.Forward(arena, rows, segments);
    }

    private static IEnumerable<JsonNode> Cases()
    {
        string path = OptionalData.Require(Folder + "/expected.json");
        return JsonNode.Parse(File.ReadAllText(path))!["cases"]!.AsArray().Select(c => c!);
    }

    private static int[] Ints(JsonNode node) => [.. node.AsArray().Select(v => (int)v!)];

    private static double[] Doubles(JsonNode node) =>
        node is JsonArray array ? [.. array.SelectMany(v => Doubles(v!))] : [(double)node];
}

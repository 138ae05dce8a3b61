using NUnit.Framework;
using Robustness.Data;
using Robustness.Numerics;

namespace Robustness.Tests.Data;

/// <summary>Random text in the chunk: how often, how long, which characters, which rows.</summary>
public sealed class ChunkNoiseTests
{
    private static readonly StreamKey Key = ChunkNoise.KeyFor(0, "");

    [Test]
    public void TheShareIsFilledWithOneToSixteenVisibleCharacters()
    {
        var noise = new ChunkNoise(Key, 0.9);
        string[] texts = [.. Enumerable.Range(0, 20000).Select(row => noise.Text(1, row))];
        string[] filled = [.. texts.Where(text => text.Length > 0)];
        Assert.That(filled, Has.Length.EqualTo(18000).Within(200));
        Assert.That(filled.Average(text => text.Length), Is.EqualTo(8.5).Within(0.1));
        Assert.That(filled.Max(text => text.Length), Is.EqualTo(ChunkNoise.LongestLength));
        HashSet<char> characters = [.. string.Concat(filled)];
        Assert.That((characters.Min(), characters.Max()), Is.EqualTo(('!', '~')));
        Assert.That(characters, Has.Count.EqualTo(94));
    }

    [Test]
    public void TextIsDrawnAnewInEveryEpochAndForEveryRow()
    {
        var noise = new ChunkNoise(Key, 1);
        Assert.That(noise.Text(3, 7), Is.EqualTo(new ChunkNoise(Key, 1).Text(3, 7)));
        Assert.That(noise.Text(3, 7), Is.Not.EqualTo(noise.Text(4, 7)));
        Assert.That(noise.Text(3, 7), Is.Not.EqualTo(noise.Text(3, 8)));
    }

    [Test]
    public void DrawsAreFilledThenLengthThenCharacters()
    {
        var stream = new Philox(Key, 5, 11);
        bool filled = stream.NextDouble() < 0.9;
        var length = (int)stream.NextBelow(16) + 1;
        string text = string.Concat(
            Enumerable.Range(0, length).Select(_ => (char)(33 + stream.NextBelow(94)))
        );
        Assert.That(new ChunkNoise(Key, 0.9).Text(5, 11), Is.EqualTo(filled ? text : ""));
    }

    [Test]
    public void OnlyOverwritableChunksAreFilled()
    {
        var noise = new ChunkNoise(Key, 1);
        Example overwritable = Row(ChunkKind.Overwritable, "");
        Assert.That(noise.Prompt(overwritable, 0), Is.EqualTo($"do {noise.Text(0, 2)} end"));
        Example perturbable = Row(ChunkKind.Perturbable, "this");
        Assert.That(noise.Prompt(perturbable, 0), Is.EqualTo("do this end"));
        Assert.That(new ChunkNoise(Key, 0).Prompt(overwritable, 0), Is.EqualTo("do  end"));
    }

    [Test]
    public void ASharesOutsideZeroToOneIsRefused()
    {
        Assert.That(
            () => new ChunkNoise(Key, 1.1),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("share from 0 to 1")
        );
    }

    [Test]
    public void AnExampleHasExactlyOneChunkToAttack()
    {
        Chunk fixedChunk = new(ChunkKind.Immutable, "x");
        Chunk open = new(ChunkKind.Perturbable, "y");
        Assert.That(() => new Example(0, [fixedChunk], 0), Throws.ArgumentException);
        Assert.That(
            () => new Example(0, [open, open], 0),
            Throws.ArgumentException.With.Message.Contains("2 chunks may be changed")
        );
    }

    private static Example Row(ChunkKind kind, string text) =>
        new(
            2,
            [new(ChunkKind.Immutable, "do "), new(kind, text), new(ChunkKind.Immutable, " end")],
            0
        );
}

using NUnit.Framework;
using Robustness.Attacks;
using Robustness.Data;
using Robustness.Tokens;

namespace Robustness.Tests.Attacks;

/// <summary>Where attack tokens go (3.0): by characters, with the token index beside.</summary>
[TestFixture]
public sealed class InsertionPositionTests
{
    private const string Instructions = "Is it good?\n";
    private const string Answer = "\n\nAnswer:";

    // 0.9 of 25 characters is 22.5; the whole part counts.
    [TestCase(InsertionPosition.Suffix, 25)]
    [TestCase(InsertionPosition.Prefix, 0)]
    [TestCase(InsertionPosition.Infix90, 22)]
    public void APerturbableChunkKeepsItsTextAroundTheAttack(InsertionPosition position, int cut)
    {
        const string content = "a review of 25 characters";
        var prompt = new AttackPrompt(
            Example(ChunkKind.Perturbable, content),
            position,
            ByteTokenizer.Ascii
        );

        Assert.That(prompt.Before, Is.EqualTo(Instructions + content[..cut]));
        Assert.That(prompt.After, Is.EqualTo(content[cut..] + Answer));
        Assert.That(prompt.SpanStart, Is.EqualTo(Instructions.Length + cut));
    }

    [TestCase(InsertionPosition.Suffix)]
    [TestCase(InsertionPosition.Prefix)]
    [TestCase(InsertionPosition.Infix90)]
    public void AnOverwritableChunkIsBlankedSoAllPositionsCoincide(InsertionPosition position)
    {
        var prompt = new AttackPrompt(
            Example(ChunkKind.Overwritable, "gone"),
            position,
            ByteTokenizer.Ascii
        );

        Assert.That(prompt.Before, Is.EqualTo(Instructions));
        Assert.That(prompt.After, Is.EqualTo(Answer));
    }

    [TestCase(InsertionPosition.Prefix)]
    [TestCase(InsertionPosition.Infix90)]
    public void AttacksInsertThere(InsertionPosition position)
    {
        var rows = AttackFixture.Rows(3, ChunkKind.Perturbable);
        var settings = AttackFixture.Gcg with { Position = position, IterationCount = 1 };

        var result = AttackFixture.Evaluate(settings, rows);

        foreach (var trace in result.Traces)
        {
            int cut = position == InsertionPosition.Prefix ? 0 : (int)(15 * 0.9);
            int expected = rows[(int)trace.RowId].Before.Length + cut;
            Assert.That(trace.Before, Has.Length.EqualTo(expected));
            Assert.That(trace.SpanStart, Is.EqualTo(expected));
        }
    }

    private static Example Example(ChunkKind kind, string content) =>
        new(
            0,
            [
                new Chunk(ChunkKind.Immutable, Instructions),
                new Chunk(kind, content),
                new Chunk(ChunkKind.Immutable, Answer),
            ],
            0
        );
}

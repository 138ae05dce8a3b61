using NUnit.Framework;
using static Robustness.Tests.Compute.Operands;

namespace Robustness.Tests.Compute;

/// <summary>What the CPU's embedding does with ids outside of the vocabulary.</summary>
[TestFixtureSource(typeof(Backends), nameof(Backends.Available))]
public sealed class EmbeddingIdContract(BackendUnderTest backend)
{
    [TestCase(-1)]
    [TestCase(4)]
    public void AnIdOutsideTheVocabularyIsNamed(int id)
    {
        using var operands = new Operands(backend);
        var ids = operands.Ids([0, id]);
        var table = operands.Matrix(Draw(12, "table"), 4);
        var rows = operands.Matrix(Draw(6, "rows"), 2);
        string message = $"Token id {id} at row 1 is outside the vocabulary of 4.";
        Assert.That(
            () => operands.Backend.EmbeddingForward(rows, ids, table),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains(message)
        );
        Assert.That(
            () => operands.Backend.EmbeddingBackward(table, rows, ids),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains(message)
        );
    }
}

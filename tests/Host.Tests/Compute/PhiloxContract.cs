using NUnit.Framework;
using Robustness.Compute;
using Robustness.Numerics;

namespace Robustness.Tests.Compute;

/// <summary>Every backend draws the words of a stream that the host draws.</summary>
[TestFixtureSource(typeof(Backends), nameof(Backends.OfLayers))]
public sealed class PhiloxContract(BackendUnderTest backend)
{
    [TestCase(1)]
    [TestCase(7)]
    [TestCase(4099)]
    public void WordsAreThoseOfTheStream(int count)
    {
        const ulong Row = 0x1_2345_6789;
        var key = StreamKey.Create(5, "test/words", "ab");
        using var operands = new Operands(backend);
        var words = operands.IdOutput(1, count).Reshape(new Shape(count));
        operands.Layers.PhiloxWords(words, key, 3, Row);

        var stream = new Philox(key, 3, Row);
        int[] expected = new int[count];
        for (int i = 0; i < count; i++)
        {
            expected[i] = (int)stream.NextUInt32();
        }
        Assert.That(operands.ReadIds(words), Is.EqualTo(expected));
    }
}

using NUnit.Framework;
using Robustness.Compute;
using static Robustness.Tests.Compute.Operands;

namespace Robustness.Tests.Compute;

/// <summary>Attention reads nothing outside its cache: it says what is wrong instead.</summary>
[TestFixture]
public sealed class AttentionCacheBoundsTests
{
    private const int HeadSize = 4;

    [TestCase(2, 10, 0, "slot 2")]
    [TestCase(0, 65, 0, "position 64")]
    [TestCase(0, 10, 3, "Layer 3")]
    public void ASegmentOutsideTheCacheIsRefused(int slot, int length, int layer, string named)
    {
        using var operands = new Operands(Plain);
        using var cache = new KeyValueCache(operands.Backend, 3, 2, 64, 2, HeadSize);
        Assert.That(
            () => Attend(operands, cache, slot, length, layer),
            Throws
                .ArgumentException.With.Message.Contains(named)
                .And.Message.Contains("3 layers, 2 slots and 64 positions")
        );
    }

    [Test]
    public void ACacheOfOtherHeadsOrNoneIsRefused()
    {
        using var operands = new Operands(Plain);
        using var cache = new KeyValueCache(operands.Backend, 1, 1, 64, 1, HeadSize);
        Assert.That(
            () => Attend(operands, cache, 0, 10, 0),
            Throws.ArgumentException.With.Message.Contains("1 heads of 4")
        );
        Assert.That(
            () => Attend(operands, null, 0, 10, 0),
            Throws.ArgumentException.With.Message.Contains("10 positions from a cache")
        );
    }

    private static void Attend(
        Operands operands,
        KeyValueCache? cache,
        int slot,
        int length,
        int layer
    )
    {
        var segments = new Segments();
        segments.Add(3, 1, slot, length);
        var q = operands.Matrix(Draw(3 * 2 * HeadSize, "q"), 3);
        var o = operands.Output(q.Shape);
        operands.Backend.AttentionForward(
            o,
            Tensor.None,
            q,
            q,
            q,
            segments,
            RowSet.All,
            cache,
            layer,
            HeadSize
        );
    }
}

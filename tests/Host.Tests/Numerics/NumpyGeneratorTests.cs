using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using NUnit.Framework;
using Robustness.Numerics;

namespace Robustness.Tests.Numerics;

/// <summary>The numpy generators against values that numpy 1.24.2 printed.</summary>
public sealed class NumpyGeneratorTests
{
    [Test]
    public void SeedSequenceMixesAndSpawns()
    {
        var root = new SeedSequence(42);
        var words = new uint[4];
        root.GenerateState(words);
        Assert.That(
            words,
            Is.EqualTo(new uint[] { 3444837047, 2669555309, 2046530742, 3581440988 })
        );

        var pair = new uint[2];
        root.Spawn(2)[1].GenerateState(pair);
        Assert.That(pair, Is.EqualTo(new uint[] { 4091952314, 31242083 }), "second child");
        var wide = new ulong[2];
        root.Spawn(1)[0].GenerateState(wide);
        Assert.That(
            wide,
            Is.EqualTo(new[] { 11601846009883706861, 10772256892084436287 }),
            "third child"
        );

        new SeedSequence([1, BigInteger.Pow(2, 70)], []).GenerateState(pair);
        Assert.That(pair, Is.EqualTo(new uint[] { 1128785970, 3380061591 }), "several integers");
    }

    [Test]
    public void DrawsOfEveryWidthComeFromOneStream()
    {
        var generator = new NumpyGenerator(0);
        Assert.That(
            new[] { generator.NextDouble(), generator.NextDouble(), generator.NextDouble() },
            Is.EqualTo(new[] { 0.6369616873214543, 0.2697867137638703, 0.04097352393619469 })
        );
        Assert.That(
            Enumerable.Range(0, 6).Select(_ => generator.NextInt64(0, 10)),
            Is.EqualTo(new[] { 0, 0, 1, 8, 6, 9 })
        );
        Assert.That(generator.NextInt64(0, 1L << 40), Is.EqualTo(667003089280));
        Assert.That(generator.NextInt64(0, 1L << 40), Is.EqualTo(802089951224));
        Assert.That(generator.NextSingle(), Is.EqualTo(0.6322707533836365f));
        Assert.That(generator.NextSingle(), Is.EqualTo(0.5436249375343323f));
    }

    [Test]
    public void PermutationRedrawsUnderAMask()
    {
        int[] order = new NumpyGenerator(0).Permutation(10);
        Assert.That(order, Is.EqualTo(new[] { 4, 6, 2, 7, 3, 5, 9, 0, 8, 1 }));
    }

    [Test]
    public void ChoicesAndNarrowTypesFollowEachOther()
    {
        var generator = new NumpyGenerator(7);
        Assert.That(generator.Choice(50, 6), Is.EqualTo(new[] { 48, 32, 43, 42, 28, 38 }));
        Assert.That(generator.Choice(50, 6, false), Is.EqualTo(new[] { 39, 41, 0, 23, 40, 6 }));
        Assert.That(
            generator.ChoiceWithReplacement(50, 5),
            Is.EqualTo(new[] { 39, 5, 23, 40, 15 })
        );
        for (int call = 0; call < 3; call++)
        {
            long[] expected = [133, 162, 240];
            Assert.That(
                Call(generator, 1, 0, 255, IntegerType.UInt8),
                Is.EqualTo([expected[call]])
            );
        }
        Assert.That(
            Call(generator, 5, 0, 199, IntegerType.UInt8),
            Is.EqualTo(new[] { 24, 26, 49, 50, 153 })
        );
        Assert.That(
            Call(generator, 3, -300, 299, IntegerType.Int16),
            Is.EqualTo(new[] { 12, -33, 279 })
        );
        Assert.That(
            Call(generator, 9, 0, 1, IntegerType.Boolean),
            Is.EqualTo(new[] { 1, 1, 1, 1, 1, 0, 0, 0, 1 })
        );
        Assert.That(
            Call(generator, 2, 0, uint.MaxValue, IntegerType.Int64),
            Is.EqualTo(new[] { 2502002829, 2377253025 })
        );
        Assert.That(generator.NextUInt64(), Is.EqualTo(18363738953819562859));
        Assert.That(generator.NextUInt64(), Is.EqualTo(14622031560711540067));
        Assert.That(
            generator.State,
            Is.EqualTo(UInt128.Parse("142205542758926017296850103978187267774"))
        );
    }

    [Test]
    public void LargeSamplesShuffleTheTail()
    {
        var generator = new NumpyGenerator(3);
        long[] chosen = generator.Choice(20000, 1000);
        Assert.That(chosen[..5], Is.EqualTo(new[] { 14316, 13289, 12713, 5283, 2159 }));
        Assert.That(
            Digest(chosen),
            Is.EqualTo("e79d3601a0ba6d96a0c8b566af8416242fd05523ffb733b875da548e2cc0f814")
        );
        Assert.That(generator.NextInt64(0, 1000), Is.EqualTo(69));
    }

    [Test]
    public void ImpossibleRequestsAreRefused()
    {
        var generator = new NumpyGenerator(0);
        Assert.That(() => generator.NextInt64(3, 3), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => generator.Choice(3, 4), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => Call(generator, 1, 5, 4, IntegerType.Int64),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("largest value is 4")
        );
        Assert.That(
            () => new SeedSequence(-1),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("negative")
        );
    }

    private static string Digest(long[] values)
    {
        var bytes = new byte[8 * values.Length];
        for (int index = 0; index < values.Length; index++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8 * index), values[index]);
        }
        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    private static long[] Call(
        NumpyGenerator generator,
        int size,
        Int128 low,
        Int128 last,
        IntegerType type
    )
    {
        var values = new Int128[size];
        generator.Integers(values, low, last, type);
        return [.. values.Select(value => (long)value)];
    }
}

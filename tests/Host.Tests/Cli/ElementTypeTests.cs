using System.Text.Json;
using NUnit.Framework;
using Robustness.Cli.Kernels;
using Robustness.Numerics;

namespace Robustness.Tests.Cli;

/// <summary>How the values of a case become bytes.</summary>
[TestFixture]
public sealed class ElementTypeTests
{
    [TestCase("u8", "255", "ff")]
    [TestCase("u8", "256", null)]
    [TestCase("u8", "\"0xff\"", "ff")]
    [TestCase("u8", "\"0x100\"", null)]
    [TestCase("i8", "-128", "80")]
    [TestCase("i8", "-129", null)]
    [TestCase("u16", "2.0", "0200")]
    [TestCase("u16", "2.5", null)]
    [TestCase("u64", "18446744073709551615", "ffffffffffffffff")]
    [TestCase("i64", "-9223372036854775808", "0000000000000080")]
    [TestCase("f16", "65504", "ff7b")]
    [TestCase("f16", "65520", null)]
    [TestCase("bf16", "1.00390625", "803f")]
    [TestCase("bf16", "1.01171875", "823f")]
    [TestCase("bf16", "\"-inf\"", "80ff")]
    [TestCase("f32", "1e39", null)]
    [TestCase("f32", "\"nan\"", "0000c07f")]
    [TestCase("f32", "\"0x3f800000\"", "0000803f")]
    [TestCase("f64", "1e400", null)]
    [TestCase("f32", "true", null)]
    [TestCase("i32", "\"nan\"", null)]
    public void ValuesAreWrittenOrRefused(string type, string json, string? bytes)
    {
        ElementType element = ElementType.Find(type)!;
        byte[] target = new byte[element.Bytes];
        using var document = JsonDocument.Parse(json);
        bool written = element.TryWrite(document.RootElement, target);
        Assert.That(written, Is.EqualTo(bytes is not null));
        if (bytes is not null)
        {
            Assert.That(Convert.ToHexStringLower(target), Is.EqualTo(bytes));
        }
    }

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public bool BFloat16IsTheNearestOfItsNeighbours(double value)
    {
        if (!double.IsFinite(value) || Math.Abs(value) > 3e38)
        {
            return true;
        }
        BFloat16 rounded = BFloat16.FromDouble(value);
        double error = Math.Abs(rounded.ToSingle() - value);
        double above = new BFloat16((ushort)(rounded.Bits + 1)).ToSingle();
        double below = new BFloat16((ushort)(rounded.Bits - 1)).ToSingle();
        return (!double.IsFinite(above) || error <= Math.Abs(above - value))
            && (!double.IsFinite(below) || error <= Math.Abs(below - value));
    }

    [TestCase(0x3F808000u, 0x3F80)] // a tie goes to the even one
    [TestCase(0x3F818000u, 0x3F82)]
    [TestCase(0x3F808001u, 0x3F81)]
    [TestCase(0x7F7FFFFFu, 0x7F80)] // past the largest: infinity
    [TestCase(0xFFC00000u, 0x7FFF)] // NaN
    [TestCase(0x80000001u, 0x8000)]
    public void SinglesRoundToEven(uint single, int expected) =>
        Assert.That(
            BFloat16.FromSingle(BitConverter.UInt32BitsToSingle(single)).Bits,
            Is.EqualTo(expected)
        );
}

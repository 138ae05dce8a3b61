using NUnit.Framework;
using Robustness.Backends.Cpu;
using Robustness.Numerics;

namespace Robustness.Tests.Compute;

/// <summary>Runs of elements are converted with the bits of single ones.</summary>
[TestFixture]
public sealed unsafe class Bf16LanesTests
{
    private const int Count = 1 << 16;

    // Every upper half of an f32 with lower halves at, below and above the tie.
    [TestCase(0x0000u)]
    [TestCase(0x0001u)]
    [TestCase(0x7FFFu)]
    [TestCase(0x8000u)]
    [TestCase(0x8001u)]
    [TestCase(0xFFFFu)]
    public void EveryUpperHalfRoundsAsASingleValueDoes(uint lower)
    {
        float[] values = new float[Count + 3];
        for (uint upper = 0; upper < Count; upper++)
        {
            values[upper] = BitConverter.UInt32BitsToSingle((upper << 16) | lower);
        }
        ushort[] narrow = new ushort[values.Length];
        float[] wide = new float[values.Length];
        float[] rounded = new float[values.Length];
        fixed (
            float* from = values,
                to = wide,
                both = rounded
        )
        fixed (ushort* stored = narrow)
        {
            Bf16Lanes.Narrow(stored, from, values.Length);
            Bf16Lanes.Widen(to, stored, values.Length);
            Bf16Lanes.Round(both, from, values.Length);
        }
        var expected = Array.ConvertAll(values, BFloat16.FromSingle);

        Assert.That(narrow, Is.EqualTo(Array.ConvertAll(expected, e => e.Bits)));
        uint[] bits = Array.ConvertAll(expected, e => (uint)e.Bits << 16);
        Assert.That(Array.ConvertAll(wide, BitConverter.SingleToUInt32Bits), Is.EqualTo(bits));
        Assert.That(Array.ConvertAll(rounded, BitConverter.SingleToUInt32Bits), Is.EqualTo(bits));
    }
}

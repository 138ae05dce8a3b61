namespace Robustness.Numerics;

/// <summary>
/// PCG64 as numpy seeds and steps it (O'Neill 2014): a 128-bit linear congruential generator with
/// the XSL-RR output of the state after the step.
/// </summary>
public sealed class Pcg64
{
    private static readonly UInt128 Factor = new(0x2360ED051FC65DA4, 0x4385DF649FCCF645);

    /// <summary>
    /// A generator in the state that the sequence's first four 64-bit words give.
    /// </summary>
    public Pcg64(SeedSequence seed)
    {
        Span<ulong> words = stackalloc ulong[4];
        seed.GenerateState(words);
        Increment = (new UInt128(words[2], words[3]) << 1) | UInt128.One;
        Step();
        State += new UInt128(words[0], words[1]);
        Step();
    }

    /// <summary>The position in the cycle.</summary>
    public UInt128 State { get; private set; }

    /// <summary>Which cycle; odd, never changes.</summary>
    public UInt128 Increment { get; }

    /// <summary>The next 64-bit word.</summary>
    public ulong Next()
    {
        Step();
        ulong folded = (ulong)(State >> 64) ^ (ulong)State;
        return ulong.RotateRight(folded, (int)(State >> 122));
    }

    private void Step() => State = (State * Factor) + Increment;
}

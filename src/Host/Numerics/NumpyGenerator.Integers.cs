namespace Robustness.Numerics;

/// <content>Bounded integers: <c>integers(low, high, dtype)</c>.</content>
public sealed partial class NumpyGenerator
{
    /// <summary>Uniform in [low, high), as one scalar call of the default type.</summary>
    public long NextInt64(long low, long high)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(low, high);
        ulong range = (ulong)high - (ulong)low - 1;
        return (long)((ulong)low + BoundedWord(range));
    }

    /// <summary>
    /// One call of <c>integers</c>: every element uniform in [low, last]. Pieces of words that a
    /// narrow type leaves over are dropped at the call's end.
    /// </summary>
    /// <param name="values">Out; one element is what a scalar call returns.</param>
    /// <param name="low">Smallest value.</param>
    /// <param name="last">Largest value, included.</param>
    /// <param name="type">The dtype asked for.</param>
    public void Integers(Span<Int128> values, Int128 low, Int128 last, IntegerType type)
    {
        var pieces = new Pieces(this, type);
        for (int index = 0; index < values.Length; index++)
        {
            values[index] = low + pieces.Next(RangeOf(low, last));
        }
    }

    /// <summary>One call of <c>integers</c> with bounds of their own for each element.</summary>
    /// <param name="values">[n], out.</param>
    /// <param name="low">[n], smallest values.</param>
    /// <param name="last">[n], largest values, included.</param>
    /// <param name="type">The dtype asked for.</param>
    public void Integers(
        Span<Int128> values,
        ReadOnlySpan<Int128> low,
        ReadOnlySpan<Int128> last,
        IntegerType type
    )
    {
        var pieces = new Pieces(this, type);
        for (int index = 0; index < values.Length; index++)
        {
            values[index] = low[index] + pieces.Next(RangeOf(low[index], last[index]));
        }
    }

    private static ulong RangeOf(Int128 low, Int128 last)
    {
        if (last < low || last - low > ulong.MaxValue)
        {
            throw new ArgumentOutOfRangeException(
                nameof(last),
                $"The largest value is {last}, the smallest {low}; at most 2^64 values in order."
            );
        }
        return (ulong)(last - low);
    }

    /// <summary>Uniform in [0, range]: nothing drawn for 0, 32 bits while they suffice.</summary>
    private ulong BoundedWord(ulong range)
    {
        if (range <= uint.MaxValue)
        {
            return BoundedHalf((uint)range);
        }
        if (range == ulong.MaxValue)
        {
            return NextUInt64();
        }
        ulong count = range + 1;
        UInt128 product = (UInt128)NextUInt64() * count;
        if ((ulong)product < count)
        {
            ulong threshold = (0 - count) % count;
            while ((ulong)product < threshold)
            {
                product = (UInt128)NextUInt64() * count;
            }
        }
        return (ulong)(product >> 64);
    }

    private uint BoundedHalf(uint range)
    {
        if (range == 0)
        {
            return 0;
        }
        if (range == uint.MaxValue)
        {
            return NextUInt32();
        }
        uint count = range + 1;
        ulong product = (ulong)NextUInt32() * count;
        if ((uint)product < count)
        {
            uint threshold = (0 - count) % count;
            while ((uint)product < threshold)
            {
                product = (ulong)NextUInt32() * count;
            }
        }
        return (uint)(product >> 32);
    }

    /// <summary>The draws of one call, with the word that narrow types cut into pieces.</summary>
    private struct Pieces(NumpyGenerator generator, IntegerType type)
    {
        private readonly int _width = type switch
        {
            IntegerType.Boolean => 1,
            IntegerType.Int8 or IntegerType.UInt8 => 8,
            IntegerType.Int16 or IntegerType.UInt16 => 16,
            _ => 32,
        };

        private uint _word;
        private int _left;

        /// <summary>Uniform in [0, range].</summary>
        public ulong Next(ulong range)
        {
            if (_width == 32)
            {
                return generator.BoundedWord(range);
            }
            if (range == 0)
            {
                return 0;
            }
            uint values = 1u << _width;
            if (range == values - 1)
            {
                return NextPiece();
            }
            uint count = (uint)range + 1;
            uint product = NextPiece() * count;
            if ((product & (values - 1)) < count)
            {
                uint threshold = (values - count) % count;
                while ((product & (values - 1)) < threshold)
                {
                    product = NextPiece() * count;
                }
            }
            return product >> _width;
        }

        private uint NextPiece()
        {
            if (_left == 0)
            {
                _word = generator.NextUInt32();
                _left = 32 / _width;
            }
            uint piece = _word & ((1u << _width) - 1);
            _word >>= _width;
            _left--;
            return piece;
        }
    }
}

namespace Robustness.Numerics;

/// <summary>
/// Philox4x32-10, a counter-based generator (Salmon, Moraes, Dror, Shaw, SC 2011): the words of
/// (key, t, row) can be drawn by anybody, in any order, and are always the same.
/// Counter = (block k, t, row low, row high); block k yields words 4k .. 4k+3.
/// </summary>
public struct Philox
{
    private const uint MultiplierA = 0xD2511F53;
    private const uint MultiplierB = 0xCD9E8D57;
    private const uint WeylA = 0x9E3779B9;
    private const uint WeylB = 0xBB67AE85;
    private const int RoundCount = 10;

    private readonly StreamKey _key;
    private readonly uint _t;
    private readonly ulong _row;
    private uint _block;
    private int _next;
    private uint _word0;
    private uint _word1;
    private uint _word2;
    private uint _word3;
    private double _spareNormal;
    private bool _hasSpareNormal;

    /// <summary>The stream's words for one (t, row), from the first word on.</summary>
    /// <param name="key">The named stream.</param>
    /// <param name="t">Iteration, round, epoch or token index.</param>
    /// <param name="row">Row id: the row's index in its task's own order.</param>
    public Philox(StreamKey key, uint t, ulong row)
    {
        _key = key;
        _t = t;
        _row = row;
        _next = 4;
    }

    /// <summary>Ten rounds over one counter block.</summary>
    public static (uint W0, uint W1, uint W2, uint W3) Block(
        StreamKey key,
        uint c0,
        uint c1,
        uint c2,
        uint c3
    )
    {
        uint k0 = key.Low;
        uint k1 = key.High;
        for (int round = 0; round < RoundCount; round++)
        {
            ulong a = (ulong)MultiplierA * c0;
            ulong b = (ulong)MultiplierB * c2;
            c0 = (uint)(b >> 32) ^ c1 ^ k0;
            c2 = (uint)(a >> 32) ^ c3 ^ k1;
            c1 = (uint)b;
            c3 = (uint)a;
            k0 += WeylA;
            k1 += WeylB;
        }
        return (c0, c1, c2, c3);
    }

    /// <summary>The 64-bit key of item q: words 2q (high) and 2q + 1 (low).</summary>
    public static ulong ItemKey(StreamKey key, uint t, ulong row, uint item)
    {
        var (w0, w1, w2, w3) = Block(key, item >> 1, t, (uint)row, (uint)(row >> 32));
        return (item & 1) == 0 ? ((ulong)w0 << 32) | w1 : ((ulong)w2 << 32) | w3;
    }

    /// <summary>The next 32-bit word.</summary>
    public uint NextUInt32()
    {
        if (_next == 4)
        {
            (_word0, _word1, _word2, _word3) = Block(
                _key,
                _block++,
                _t,
                (uint)_row,
                (uint)(_row >> 32)
            );
            _next = 0;
        }
        return _next++ switch
        {
            0 => _word0,
            1 => _word1,
            2 => _word2,
            _ => _word3,
        };
    }

    /// <summary>
    /// Uniform in [0, n), exactly, by Lemire's multiply-and-reject; n must be positive.
    /// </summary>
    public uint NextBelow(uint n)
    {
        ArgumentOutOfRangeException.ThrowIfZero(n);
        ulong product = (ulong)NextUInt32() * n;
        if ((uint)product < n)
        {
            uint threshold = (0u - n) % n;
            while ((uint)product < threshold)
            {
                product = (ulong)NextUInt32() * n;
            }
        }
        return (uint)(product >> 32);
    }

    /// <summary>Uniform in [0, 1) with 53 bits, from two words.</summary>
    public double NextDouble()
    {
        uint a = NextUInt32() >> 5;
        uint b = NextUInt32() >> 6;
        return ((a * 67108864.0) + b) / 9007199254740992.0;
    }

    /// <summary>Uniform in [0, 1) with 24 bits, from one word.</summary>
    public float NextFloat() => (NextUInt32() >> 8) / 16777216f;

    /// <summary>
    /// Standard normal by Box-Muller on (1 - u1, u2): cosine value first, then sine.
    /// </summary>
    public double NextNormal()
    {
        if (_hasSpareNormal)
        {
            _hasSpareNormal = false;
            return _spareNormal;
        }
        double radius = Math.Sqrt(-2.0 * Math.Log(1.0 - NextDouble()));
        var (sine, cosine) = Math.SinCos(2.0 * Math.PI * NextDouble());
        _spareNormal = radius * sine;
        _hasSpareNormal = true;
        return radius * cosine;
    }
}

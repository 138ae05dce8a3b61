using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Robustness.Numerics;

/// <summary>
/// The 64-bit Philox key of one random stream: a stream is named by what it is for, never by when
/// it is drawn. Key = first 8 bytes, little-endian, of SHA-256 of
/// <c>"{seed}/{purpose}/{scope}"</c>.
/// </summary>
/// <param name="Low">Word 0 of the key.</param>
/// <param name="High">Word 1 of the key.</param>
public readonly record struct StreamKey(uint Low, uint High)
{
    /// <summary>Names a stream.</summary>
    /// <param name="seed">Study or attack seed.</param>
    /// <param name="purpose">What is drawn, for instance <c>attack/gcg/candidates</c>.</param>
    /// <param name="scope">Empty, or the hash of the run's scientific settings in hex.</param>
    public static StreamKey Create(long seed, string purpose, string scope)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{seed}/{purpose}/{scope}");
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return new StreamKey(
            BinaryPrimitives.ReadUInt32LittleEndian(hash),
            BinaryPrimitives.ReadUInt32LittleEndian(hash[4..])
        );
    }
}

using System.Buffers.Binary;

namespace Robustness.Data;

/// <summary>
/// The last eight bytes of a gzip file (RFC 1952): CRC-32 and length of the last member's content.
/// A file whose end is missing does not pass.
/// </summary>
internal static class GzipTrailer
{
    private const uint Polynomial = 0xEDB88320;
    private const int Size = 8;
    private const int SmallestFile = 18;

    /// <summary>Whether the trailer tells of the end of the unpacked content.</summary>
    public static bool Matches(ReadOnlySpan<byte> packed, ReadOnlySpan<byte> content)
    {
        if (packed.Length < SmallestFile)
        {
            return false;
        }
        uint expected = BinaryPrimitives.ReadUInt32LittleEndian(packed[^Size..]);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(packed[^4..]);
        return length <= content.Length && Checksum(content[^(int)length..]) == expected;
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        Span<uint> table = stackalloc uint[256];
        for (uint value = 0; value < table.Length; value++)
        {
            uint remainder = value;
            for (int bit = 0; bit < 8; bit++)
            {
                remainder = (remainder >> 1) ^ ((remainder & 1) * Polynomial);
            }
            table[(int)value] = remainder;
        }
        uint checksum = uint.MaxValue;
        foreach (byte value in bytes)
        {
            checksum = (checksum >> 8) ^ table[(byte)checksum ^ value];
        }
        return ~checksum;
    }
}

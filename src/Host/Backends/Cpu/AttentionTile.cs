using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>
/// Keys and values of one segment and head, gathered by absolute position: keys transposed,
/// [D, positions], values [positions, D]. A key has the same bits whether it came from the cache
/// or from the launch, and every sum over keys goes by absolute position.
/// </summary>
internal unsafe ref struct AttentionTile
{
    private readonly Span<float> _keys;
    private readonly Span<float> _values;

    public AttentionTile(Span<float> memory, int length, int headSize)
    {
        Padded = (length + RowSums.PartialCount - 1) / RowSums.PartialCount * RowSums.PartialCount;
        HeadSize = headSize;
        _keys = memory[..(Padded * headSize)];
        _values = memory.Slice(Padded * headSize, Padded * headSize);
    }

    /// <summary>Positions, rounded up to whole groups of 16.</summary>
    public int Padded { get; }

    public int HeadSize { get; }

    public readonly Span<float> Keys => _keys;

    public readonly Span<float> Values => _values;

    /// <summary>Floats of memory that a tile of this length needs.</summary>
    public static int FloatCount(int length, int headSize) =>
        2
        * headSize
        * ((length + RowSums.PartialCount - 1) / RowSums.PartialCount)
        * RowSums.PartialCount;

    /// <summary>Positions 0 .. length - 1 of a cache slot.</summary>
    public readonly void LoadCache(KeyValueCache cache, int layer, int slot, int head, int length)
    {
        int row = cache.RowOf(layer, slot, head);
        float* keys = cache.Keys.Floats + ((long)row * cache.Keys.RowStride);
        float* values = cache.Values.Floats + ((long)row * cache.Values.RowStride);
        for (int first = 0; first < length; first += KeyValueCache.TileLength)
        {
            int count = Math.Min(KeyValueCache.TileLength, length - first);
            float* tile = keys + ((long)first * HeadSize);
            for (int d = 0; d < HeadSize; d++)
            {
                new ReadOnlySpan<float>(tile + (d * KeyValueCache.TileLength), count).CopyTo(
                    _keys[((d * Padded) + first)..]
                );
            }
        }
        new ReadOnlySpan<float>(values, length * HeadSize).CopyTo(_values);
    }

    /// <summary>Rows of the launch as positions first .. first + count - 1; zero after them.</summary>
    public readonly void LoadRows(Tensor k, Tensor v, int row, int head, int first, int count)
    {
        for (int i = 0; i < count; i++)
        {
            float* key = k.Floats + ((long)(row + i) * k.RowStride) + (head * HeadSize);
            float* value = v.Floats + ((long)(row + i) * v.RowStride) + (head * HeadSize);
            for (int d = 0; d < HeadSize; d++)
            {
                _keys[(d * Padded) + first + i] = key[d];
            }
            new ReadOnlySpan<float>(value, HeadSize).CopyTo(_values[((first + i) * HeadSize)..]);
        }
        int end = first + count;
        for (int d = 0; d < HeadSize; d++)
        {
            _keys.Slice((d * Padded) + end, Padded - end).Clear();
        }
        _values[(end * HeadSize)..].Clear();
    }
}

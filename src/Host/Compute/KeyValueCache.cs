namespace Robustness.Compute;

/// <summary>
/// Keys and values of earlier positions, shared by any number of segments and never copied.
/// The layout is chosen for reading whole tiles of 64 positions of one head:
/// keys   [layer, slot, head, tile, D, 64] (transposed inside a tile),
/// values [layer, slot, head, position, D].
/// </summary>
public sealed class KeyValueCache : IDisposable
{
    /// <summary>
    /// Positions per tile; attention walks keys in tiles that begin at its multiples.
    /// </summary>
    public const int TileLength = 64;

    private readonly Arena _arena;

    /// <summary>An empty cache.</summary>
    /// <param name="backend">Whose memory it is.</param>
    /// <param name="layerCount">L.</param>
    /// <param name="slotCount">Sequences.</param>
    /// <param name="capacity">Positions per sequence; rounded up to whole tiles.</param>
    /// <param name="headCount">K, key/value heads.</param>
    /// <param name="headSize">D.</param>
    public KeyValueCache(
        IBackend backend,
        int layerCount,
        int slotCount,
        int capacity,
        int headCount,
        int headSize
    )
    {
        LayerCount = layerCount;
        SlotCount = slotCount;
        Capacity = (capacity + TileLength - 1) / TileLength * TileLength;
        HeadCount = headCount;
        HeadSize = headSize;
        int rows = checked(layerCount * slotCount * headCount);
        int columns = checked(Capacity * headSize);
        _arena = new Arena(backend);
        Keys = _arena.Allocate(rows, columns);
        Values = _arena.Allocate(rows, columns);
        // Unwritten positions are multiplied by zero weights, so they must be finite.
        backend.Clear(Keys);
        backend.Clear(Values);
    }

    /// <summary>L.</summary>
    public int LayerCount { get; }

    /// <summary>Sequences it can hold.</summary>
    public int SlotCount { get; }

    /// <summary>Positions per sequence, a multiple of <see cref="TileLength"/>.</summary>
    public int Capacity { get; }

    /// <summary>K.</summary>
    public int HeadCount { get; }

    /// <summary>D.</summary>
    public int HeadSize { get; }

    /// <summary>[L x slots x K, capacity x D], row = (layer, slot, head).</summary>
    public Tensor Keys { get; }

    /// <summary>[L x slots x K, capacity x D], row = (layer, slot, head).</summary>
    public Tensor Values { get; }

    /// <summary>Bytes held.</summary>
    public long ByteCount => _arena.ByteCount;

    /// <summary>The row of <see cref="Keys"/> and <see cref="Values"/> for one head.</summary>
    public int RowOf(int layer, int slot, int head) =>
        (((layer * SlotCount) + slot) * HeadCount) + head;

    /// <inheritdoc/>
    public void Dispose() => _arena.Dispose();
}

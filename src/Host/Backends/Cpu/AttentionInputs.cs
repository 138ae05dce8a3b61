using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>The tensors of one attention launch, and where a head's part of them lies.</summary>
internal readonly unsafe record struct AttentionInputs(
    Tensor Query,
    Tensor Key,
    Tensor Value,
    Segments Segments,
    RowSet Rows,
    KeyValueCache? Cache,
    int Layer,
    int HeadSize
)
{
    /// <summary>Positions of a tile of keys.</summary>
    public const int TileLength = KeyValueCache.TileLength;

    /// <summary>H.</summary>
    public int HeadCount => Query.Shape.Columns / HeadSize;

    /// <summary>K.</summary>
    public int KeyHeadCount => Key.Shape.Columns / HeadSize;

    /// <summary>Query heads per key/value head.</summary>
    public int GroupSize => Query.Shape.Columns / Key.Shape.Columns;

    /// <summary>1 / √D.</summary>
    public float Scale => 1f / MathF.Sqrt(HeadSize);

    /// <summary>First query row and number of queries of a segment.</summary>
    public (int First, int Count) Queries(in Segment segment) =>
        Rows == RowSet.All
            ? (segment.FirstRow, segment.RowCount)
            : (segment.FirstRead, segment.ReadCount);

    /// <summary>Columns of one head, from a row on.</summary>
    public StridedMatrix Head(Tensor tensor, int row, int head) =>
        new(tensor.Floats + ((long)row * tensor.RowStride) + (head * HeadSize), tensor.RowStride);

    /// <summary>Cached keys of the tile that begins at a position: [D, 64].</summary>
    public StridedMatrix CachedKeys(int slot, int keyHead, int position) =>
        new(Cached(Cache!.Keys, slot, keyHead, position), TileLength);

    /// <summary>Cached values from a position on: [positions, D].</summary>
    public StridedMatrix CachedValues(int slot, int keyHead, int position) =>
        new(Cached(Cache!.Values, slot, keyHead, position), HeadSize);

    // A whole tile of keys takes as much room as its positions' values.
    private float* Cached(Tensor tensor, int slot, int keyHead, int position) =>
        tensor.Floats
        + ((long)Cache!.RowOf(Layer, slot, keyHead) * tensor.RowStride)
        + ((long)position * HeadSize);

    /// <summary>A count rounded up to whole groups of 16 positions.</summary>
    public static int Padded(int count) =>
        (count + RowSums.PartialCount - 1) / RowSums.PartialCount * RowSums.PartialCount;
}

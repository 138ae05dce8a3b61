using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>Scratch of attention's backward pass for one segment.</summary>
internal readonly unsafe struct AttentionBuffers
{
    private const int TileLength = KeyValueCache.TileLength;
    private const int TileFloats = TileLength * TileLength;

    /// <summary>
    /// Cuts the parts out of <see cref="FloatCount"/> floats, aligned to 64 bytes.
    /// </summary>
    public AttentionBuffers(float* memory, int headSize)
    {
        float* next = memory;
        Weights = new StridedMatrix(next, TileLength);
        DScores = new StridedMatrix(next + TileFloats, TileLength);
        next += 2 * TileFloats;
        KeyColumns = new StridedMatrix(next, TileLength);
        ValueColumns = new StridedMatrix(next + (headSize * TileLength), TileLength);
        next += 2 * headSize * TileLength;
        KeyRows = new StridedMatrix(next, headSize);
        Deltas = next + (headSize * TileLength);
    }

    /// <summary>p of [queries, 64 keys].</summary>
    public StridedMatrix Weights { get; }

    /// <summary>dS of [queries, 64 keys].</summary>
    public StridedMatrix DScores { get; }

    /// <summary>Keys [D, 64] of the launch.</summary>
    public StridedMatrix KeyColumns { get; }

    /// <summary>Values [D, 64].</summary>
    public StridedMatrix ValueColumns { get; }

    /// <summary>Keys [64, D] of the cache.</summary>
    public StridedMatrix KeyRows { get; }

    /// <summary>dO · O of every query.</summary>
    public float* Deltas { get; }

    /// <summary>Floats for a segment of so many queries.</summary>
    public static nint FloatCount(int headSize, int queries) =>
        (2 * TileFloats) + (3 * headSize * TileLength) + queries;
}

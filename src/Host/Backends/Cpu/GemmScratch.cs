namespace Robustness.Backends.Cpu;

/// <summary>
/// Native memory of one part of a product: packed A, packed B and one tile. It grows to what the
/// largest product needed and is kept.
/// </summary>
internal sealed unsafe class GemmScratch : IDisposable
{
    private const int TileCount = 12 * 32;

    private float* _a;
    private float* _b;
    private nint _aCount;
    private nint _bCount;

    /// <summary>A tile and nothing else.</summary>
    public GemmScratch()
    {
        Tile = AlignedMemory.Floats(TileCount);
        Zeros = AlignedMemory.Floats(TileCount);
        new Span<float>(Zeros, TileCount).Clear();
    }

    /// <summary>Sums of one tile, its rows one panel's width apart.</summary>
    public float* Tile { get; }

    /// <summary>Zeros that accumulators start from.</summary>
    public float* Zeros { get; }

    /// <summary>Memory for count elements of A.</summary>
    public float* A(nint count) => Grow(ref _a, ref _aCount, count);

    /// <summary>Memory for count elements of B.</summary>
    public float* B(nint count) => Grow(ref _b, ref _bCount, count);

    /// <inheritdoc/>
    public void Dispose()
    {
        AlignedMemory.Free(Tile);
        AlignedMemory.Free(Zeros);
        AlignedMemory.Free(_a);
        AlignedMemory.Free(_b);
    }

    private static float* Grow(ref float* memory, ref nint held, nint count)
    {
        if (count > held)
        {
            AlignedMemory.Free(memory);
            memory = AlignedMemory.Floats(count);
            held = count;
        }
        return memory;
    }
}

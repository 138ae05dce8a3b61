namespace Robustness.Compute;

/// <summary>
/// Owner of device memory: tensors are cut from large blocks one after the other and given back
/// all together. After the first pass over a workload it asks the backend for nothing more.
/// </summary>
public sealed class Arena : IDisposable
{
    /// <summary>Every tensor begins on a multiple of this many bytes.</summary>
    public const int Alignment = 64;

    /// <summary>
    /// Bytes of 11 cache lines, by which large tensors are moved against each other: at distances
    /// of a power of two their rows would fall on the same few sets of a cache.
    /// </summary>
    private const long Stagger = 11 * Alignment;

    private const long LargeByteCount = 1 << 14;
    private const long LargestStart = 1 << 12;

    private readonly IDeviceMemory _memory;
    private readonly long _blockByteCount;
    private readonly List<(nint Address, long ByteCount)> _blocks = [];
    private int _block;
    private long _offset;

    /// <summary>An empty arena.</summary>
    /// <param name="memory">Where the blocks come from.</param>
    /// <param name="blockByteCount">Smallest block asked for.</param>
    public Arena(IDeviceMemory memory, long blockByteCount = 1 << 21)
    {
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(blockByteCount);
        _memory = memory;
        _blockByteCount = blockByteCount;
    }

    /// <summary>Where the next tensor will be cut; see <see cref="Rewind"/>.</summary>
    public (int Block, long Offset) Mark => (_block, _offset);

    /// <summary>Bytes held from the backend.</summary>
    public long ByteCount
    {
        get
        {
            long sum = 0;
            foreach (var (_, byteCount) in _blocks)
            {
                sum += byteCount;
            }
            return sum;
        }
    }

    /// <summary>An uninitialised tensor.</summary>
    public Tensor Allocate(Shape shape, DataType type = DataType.Float32)
    {
        long byteCount = Math.Max(1, shape.Count) * type.ByteSize();
        byteCount = (byteCount + Alignment - 1) / Alignment * Alignment;
        while (_block < _blocks.Count && _offset + byteCount > _blocks[_block].ByteCount)
        {
            _block++;
            _offset = StartOf(_block);
        }
        if (_block == _blocks.Count)
        {
            long size = Math.Max(_blockByteCount, byteCount + LargestStart);
            _blocks.Add((_memory.Allocate(size), size));
        }
        nint address = _blocks[_block].Address + (nint)_offset;
        _offset += byteCount + (byteCount < LargeByteCount ? 0 : Stagger);
        return new Tensor(address, type, shape, shape.Columns);
    }

    /// <summary>An uninitialised matrix of f32.</summary>
    public Tensor Allocate(int rows, int columns) => Allocate(new Shape(rows, columns));

    /// <summary>An uninitialised vector of f32.</summary>
    public Tensor Allocate(int n) => Allocate(new Shape(n));

    /// <summary>Gives back every tensor cut since the mark was taken.</summary>
    public void Rewind((int Block, long Offset) mark) => (_block, _offset) = mark;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (address, _) in _blocks)
        {
            _memory.Free(address);
        }
        _blocks.Clear();
        _block = 0;
        _offset = 0;
    }

    // 0 for the first block.
    private static long StartOf(int block) => block * Stagger % LargestStart;
}

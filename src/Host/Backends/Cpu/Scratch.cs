namespace Robustness.Backends.Cpu;

/// <summary>Aligned native memory that grows to the largest use and is kept.</summary>
internal sealed unsafe class Scratch : IDisposable
{
    private float* _memory;
    private nint _count;

    /// <summary>At least so many floats, with any content.</summary>
    public float* Floats(nint count)
    {
        if (count > _count)
        {
            Dispose();
            _memory = AlignedMemory.Floats(count);
            _count = count;
        }
        return _memory;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        AlignedMemory.Free(_memory);
        _memory = null;
        _count = 0;
    }
}

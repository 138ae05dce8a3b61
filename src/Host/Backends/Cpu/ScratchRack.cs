using System.Runtime.InteropServices;
using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>
/// Native memory for the parts of a job: as many blocks as threads, each grown to the largest use
/// and kept. A part takes one and puts it back.
/// </summary>
internal sealed unsafe class ScratchRack : IDisposable
{
    private readonly Block?[] _free;
    private readonly Block[] _all;

    /// <summary>One block a thread.</summary>
    public ScratchRack(int threadCount)
    {
        _all = new Block[threadCount];
        _free = new Block?[threadCount];
        for (int i = 0; i < threadCount; i++)
        {
            _free[i] = _all[i] = new Block();
        }
    }

    /// <summary>A block that no other part holds; there is one for every thread.</summary>
    public Block Take()
    {
        for (int i = 0; ; i = (i + 1) % _free.Length)
        {
            if (Interlocked.Exchange(ref _free[i], null) is { } block)
            {
                return block;
            }
        }
    }

    /// <summary>Gives a block back.</summary>
    public void Put(Block block)
    {
        int i = 0;
        while (Interlocked.CompareExchange(ref _free[i], block, null) is not null)
        {
            i = (i + 1) % _free.Length;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var block in _all)
        {
            block.Free();
        }
    }

    /// <summary>Aligned memory that grows.</summary>
    internal sealed class Block
    {
        private float* _memory;
        private nint _count;

        /// <summary>At least so many floats, with any content.</summary>
        public float* Floats(nint count)
        {
            if (count > _count)
            {
                Free();
                nuint byteCount = checked((nuint)(count * sizeof(float)));
                _memory = (float*)NativeMemory.AlignedAlloc(byteCount, Arena.Alignment);
                _count = count;
            }
            return _memory;
        }

        /// <summary>Gives the memory back.</summary>
        public void Free()
        {
            NativeMemory.AlignedFree(_memory);
            _memory = null;
            _count = 0;
        }
    }
}

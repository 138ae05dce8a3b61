using System.Globalization;
using System.Runtime.InteropServices;
using Robustness.Compute;

namespace Robustness.Backends.Cpu;

/// <summary>The engine in managed SIMD: the default where there is no GPU.</summary>
public sealed unsafe partial class CpuBackend : IBackend
{
    private readonly WorkerPool _pool;
    private readonly Rack<Scratch> _rack;
    private readonly int _vectorBits;

    /// <summary>A backend of its own threads.</summary>
    /// <param name="threadCount">Threads that compute, the caller included.</param>
    /// <param name="vectorBits">128, 256 or 512; see <see cref="VectorWidth"/>.</param>
    public CpuBackend(int threadCount, int vectorBits)
    {
        if (vectorBits is not (128 or 256 or 512))
        {
            throw new ArgumentOutOfRangeException(
                nameof(vectorBits),
                $"The vector width is {vectorBits} bits; it must be 128, 256 or 512."
            );
        }
        _pool = new WorkerPool(threadCount);
        _rack = new Rack<Scratch>(threadCount);
        _vectorBits = vectorBits;
        _gemm = GemmRunner.Create(_pool, vectorBits);
    }

    /// <summary>Threads that compute.</summary>
    public int ThreadCount => _pool.ThreadCount;

    /// <inheritdoc/>
    public string Description =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"cpu, {ThreadCount} threads, {_vectorBits}-bit vectors"
        );

    /// <inheritdoc/>
    public nint Allocate(long byteCount) => (nint)AlignedMemory.Allocate(checked((nuint)byteCount));

    /// <inheritdoc/>
    public void Free(nint address) => AlignedMemory.Free((void*)address);

    /// <inheritdoc/>
    public void Upload<T>(Tensor destination, ReadOnlySpan<T> source)
        where T : unmanaged
    {
        CheckTransfer<T>(destination, source.Length);
        source.CopyTo(new Span<T>((void*)destination.Address, source.Length));
    }

    /// <inheritdoc/>
    public void Download<T>(Span<T> destination, Tensor source)
        where T : unmanaged
    {
        CheckTransfer<T>(source, destination.Length);
        new ReadOnlySpan<T>((void*)source.Address, destination.Length).CopyTo(destination);
    }

    /// <inheritdoc/>
    public void Copy(Tensor destination, Tensor source)
    {
        destination.Shape.MustBe(source.Shape);
        int size = source.Type.ByteSize();
        long rowBytes = (long)source.Shape.Columns * size;
        for (int n = 0; n < source.Shape.Rows; n++)
        {
            Buffer.MemoryCopy(
                (byte*)source.Address + ((long)n * source.RowStride * size),
                (byte*)destination.Address + ((long)n * destination.RowStride * size),
                rowBytes,
                rowBytes
            );
        }
    }

    /// <inheritdoc/>
    public void Clear(Tensor x)
    {
        int size = x.Type.ByteSize();
        for (int n = 0; n < x.Shape.Rows; n++)
        {
            NativeMemory.Clear(
                (byte*)x.Address + ((long)n * x.RowStride * size),
                (nuint)((long)x.Shape.Columns * size)
            );
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _lossArena?.Dispose();
        _sumArena?.Dispose();
        _scratch?.Dispose();
        _widened?.Dispose();
        _pool.Dispose();
        _gemm.Dispose();
        _rack.Dispose();
    }

    private static void CheckTransfer<T>(Tensor tensor, int length)
        where T : unmanaged
    {
        if (!tensor.IsContiguous || tensor.Count != length || tensor.Type.ByteSize() != sizeof(T))
        {
            throw new ArgumentException(
                $"{length} elements of {sizeof(T)} bytes do not fit a {tensor.Type} tensor "
                    + $"of shape {tensor.Shape}, row stride {tensor.RowStride}."
            );
        }
    }
}

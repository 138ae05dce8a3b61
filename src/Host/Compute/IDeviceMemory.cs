namespace Robustness.Compute;

/// <summary>The memory of one device and the transfers to and from it.</summary>
public interface IDeviceMemory : IDisposable
{
    /// <summary>Device and variant in words, for instance <c>cpu, 2 threads, 512-bit</c>.</summary>
    string Description { get; }

    /// <summary>Aligned device memory, uninitialised.</summary>
    nint Allocate(long byteCount);

    /// <summary>Gives memory back.</summary>
    void Free(nint address);

    /// <summary>Host to device.</summary>
    void Upload<T>(Tensor destination, ReadOnlySpan<T> source)
        where T : unmanaged;

    /// <summary>Device to host; waits for the work before it.</summary>
    void Download<T>(Span<T> destination, Tensor source)
        where T : unmanaged;

    /// <summary>destination = source, same shape.</summary>
    void Copy(Tensor destination, Tensor source);

    /// <summary>All bytes zero.</summary>
    void Clear(Tensor x);
}

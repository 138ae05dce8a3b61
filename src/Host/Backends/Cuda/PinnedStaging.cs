using Robustness.Interop;

namespace Robustness.Backends.Cuda;

/// <summary>
/// Page-locked host memory through which all transfers go. An upload returns as soon as its last
/// piece is on its way; an event says when the memory is free again.
/// </summary>
internal sealed unsafe class PinnedStaging : IDisposable
{
    private const int PieceBytes = 1 << 20;
    private readonly ICudaDriver _driver;
    private readonly CUstream _stream;
    private readonly CUevent _free;
    private readonly byte* _memory;

    public PinnedStaging(ICudaDriver driver, CUstream stream)
    {
        (_driver, _stream) = (driver, stream);
        _memory = (byte*)driver.AllocHost(PieceBytes);
        _free = driver.CreateEvent(CUEventFlags.DisableTiming);
        driver.RecordEvent(_free, stream);
    }

    public void Upload(CUdeviceptr target, ReadOnlySpan<byte> source)
    {
        for (ulong done = 0; source.Length > 0; )
        {
            var piece = source[..Math.Min(PieceBytes, source.Length)];
            _driver.SynchronizeEvent(_free);
            piece.CopyTo(new Span<byte>(_memory, PieceBytes));
            _driver.CopyHostToDeviceAsync(target + done, _memory, (ulong)piece.Length, _stream);
            _driver.RecordEvent(_free, _stream);
            done += (ulong)piece.Length;
            source = source[piece.Length..];
        }
    }

    public void Download(Span<byte> target, CUdeviceptr source)
    {
        for (ulong done = 0; target.Length > 0; )
        {
            int bytes = Math.Min(PieceBytes, target.Length);
            _driver.CopyDeviceToHostAsync(_memory, source + done, (ulong)bytes, _stream);
            _driver.SynchronizeStream(_stream);
            new ReadOnlySpan<byte>(_memory, bytes).CopyTo(target);
            done += (ulong)bytes;
            target = target[bytes..];
        }
    }

    public void Dispose()
    {
        _driver.SynchronizeStream(_stream);
        _driver.DestroyEvent(_free);
        _driver.FreeHost((nint)_memory);
    }
}

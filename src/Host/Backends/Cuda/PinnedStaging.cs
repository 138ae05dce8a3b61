using Robustness.Interop;

namespace Robustness.Backends.Cuda;

/// <summary>
/// Page-locked host memory through which all transfers go. An upload returns as soon as its last
/// piece is on its way; an event says when the memory is free again.
/// </summary>
internal sealed class PinnedStaging : IDisposable
{
    private const int PieceBytes = 1 << 20;
    private readonly CudaStream _stream;
    private readonly CudaPageLockedHostMemory<byte> _memory;
    private readonly CudaEvent _free;

    public PinnedStaging(CudaContext context, CudaStream stream)
    {
        _stream = stream;
        _memory = new CudaPageLockedHostMemory<byte>(context, PieceBytes);
        try
        {
            _free = new CudaEvent(context, CUEventFlags.DisableTiming);
        }
        catch
        {
            _memory.Dispose();
            throw;
        }
    }

    public void Upload(CUdeviceptr target, ReadOnlySpan<byte> source)
    {
        for (ulong done = 0; source.Length > 0; )
        {
            var piece = source[..Math.Min(PieceBytes, source.Length)];
            _free.Synchronize();
            piece.CopyTo(_memory.AsSpan(0, piece.Length));
            _memory.AsyncCopyToDevice(target + done, (ulong)piece.Length, _stream);
            _free.Record(_stream);
            done += (ulong)piece.Length;
            source = source[piece.Length..];
        }
    }

    public void Download(Span<byte> target, CUdeviceptr source)
    {
        for (ulong done = 0; target.Length > 0; )
        {
            int bytes = Math.Min(PieceBytes, target.Length);
            _memory.AsyncCopyFromDevice(source + done, (ulong)bytes, _stream);
            _stream.Synchronize();
            _memory.AsSpan(0, bytes).CopyTo(target);
            done += (ulong)bytes;
            target = target[bytes..];
        }
    }

    /// <summary>The stream must be idle.</summary>
    public void Dispose()
    {
        _free.Dispose();
        _memory.Dispose();
    }
}

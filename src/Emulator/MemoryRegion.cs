using System.Runtime.InteropServices;

namespace Robustness.Emulator;

/// <summary>
/// A piece of emulated memory with its shadows: one valid byte per byte, and per tag unit the
/// last writer and reader (epoch 32 bits, thread 10, marks 4, site 18).
/// </summary>
internal sealed unsafe class MemoryRegion : IDisposable
{
    public const int Guard = 256;
    public const byte Fill = 0xCD;
    private readonly byte* block;
    private readonly Lock gate = new();

    /// <param name="zeroed">Zeros that count as written, instead of the fill.</param>
    public MemoryRegion(string name, PtxSpace space, ulong start, ulong bytes, bool zeroed = false)
    {
        Name = name;
        Space = space;
        Start = start;
        Bytes = bytes;
        nuint size = (nuint)(bytes + (3 * Guard));
        block = (byte*)(zeroed ? NativeMemory.AllocZeroed(size) : NativeMemory.Alloc(size));
        Host = (byte*)(((nuint)block + (2 * Guard) - 1) & ~(nuint)(Guard - 1));
        if (!zeroed)
        {
            NativeMemory.Fill(block, size, Fill);
        }
    }

    public string Name { get; set; }

    public PtxSpace Space { get; }

    public ulong Start { get; }

    public ulong Bytes { get; }

    public byte* Host { get; }

    public byte* Valid { get; private set; }

    public ulong* Writes { get; private set; }

    public ulong* Reads { get; private set; }

    /// <summary>log2 of the bytes that share a tag.</summary>
    public int TagShift { get; private set; } = 2;

    public void TrackValid()
    {
        if (Valid is null)
        {
            Valid = (byte*)NativeMemory.AllocZeroed((nuint)Bytes + 64);
        }
    }

    public void TrackRaces()
    {
        if (Writes is null)
        {
            nuint units = (nuint)((Bytes >> TagShift) + 8);
            Writes = (ulong*)NativeMemory.AllocZeroed(units, 8);
            Reads = (ulong*)NativeMemory.AllocZeroed(units, 8);
        }
    }

    /// <summary>One tag per byte from now on, for accesses narrower than a word.</summary>
    public void RefineTags()
    {
        if (TagShift == 0)
        {
            return;
        }
        ulong* oldWrites = Writes;
        ulong* oldReads = Reads;
        Writes = null;
        TagShift = 0;
        TrackRaces();
        for (ulong i = 0; i < Bytes; i++)
        {
            Writes[i] = oldWrites[i >> 2];
            Reads[i] = oldReads[i >> 2];
        }
        NativeMemory.Free(oldWrites);
        NativeMemory.Free(oldReads);
    }

    public void ForgetValid()
    {
        NativeMemory.Free(Valid);
        Valid = null;
    }

    public void ForgetRaces()
    {
        if (Writes is not null)
        {
            nuint bytes = 8 * (nuint)((Bytes >> TagShift) + 8);
            NativeMemory.Clear(Writes, bytes);
            NativeMemory.Clear(Reads, bytes);
        }
    }

    /// <summary>Every byte was written by a copy or a fill from the host.</summary>
    public bool WhollyValid { get; private set; }

    public void SetValid(ulong offset, ulong count, byte value = 1)
    {
        if (Valid is not null)
        {
            NativeMemory.Fill(Valid + offset, (nuint)count, value);
            WhollyValid = (WhollyValid || count == Bytes) && (value == 1 || count == 0);
        }
    }

    /// <summary>
    /// One byte per sector of 32 bytes that a launch has read or written; null before.
    /// </summary>
    public byte* ReadSectors { get; private set; }

    public byte* WrittenSectors { get; private set; }

    public void TrackSectors()
    {
        if (ReadSectors is not null)
        {
            return;
        }
        lock (gate)
        {
            if (ReadSectors is null)
            {
                nuint count = (nuint)(Bytes >> 5) + 8;
                WrittenSectors = (byte*)NativeMemory.AllocZeroed(count);
                ReadSectors = (byte*)NativeMemory.AllocZeroed(count);
            }
        }
    }

    /// <summary>Sectors that were read and written since the last call.</summary>
    public (long Read, long Written) TakeSectors()
    {
        if (ReadSectors is null)
        {
            return (0, 0);
        }
        var read = new Span<byte>(ReadSectors, (int)(Bytes >> 5) + 8);
        var written = new Span<byte>(WrittenSectors, (int)(Bytes >> 5) + 8);
        (long, long) counts = (read.Count((byte)1), written.Count((byte)1));
        read.Clear();
        written.Clear();
        return counts;
    }

    public void Dispose()
    {
        NativeMemory.Free(block);
        NativeMemory.Free(Valid);
        NativeMemory.Free(Writes);
        NativeMemory.Free(Reads);
        NativeMemory.Free(ReadSectors);
        NativeMemory.Free(WrittenSectors);
    }
}

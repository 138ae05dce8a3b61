namespace Robustness.Emulator;

/// <summary>
/// Global memory: allocations in one address range whose addresses are never reused.
/// </summary>
internal sealed class DeviceMemory : IDisposable
{
    private const ulong First = 0x7000_0000_0000;
    private readonly List<MemoryRegion> regions = [];
    private readonly List<(ulong Start, ulong Bytes, string Name)> freed = [];
    private readonly Lock gate = new();
    private ulong next = First;

    public ulong Used { get; private set; }

    /// <param name="zeroed">A variable of a module: zeros that count as written.</param>
    public MemoryRegion Allocate(
        ulong bytes,
        string? name,
        PtxSpace space = PtxSpace.Global,
        bool zeroed = false
    )
    {
        lock (gate)
        {
            var region = new MemoryRegion(
                name ?? $"allocation {regions.Count}",
                space,
                next,
                bytes,
                zeroed
            );
            if (!zeroed)
            {
                region.TrackValid();
            }
            next += (bytes + (2 * MemoryRegion.Guard) + 255) & ~255UL;
            regions.Add(region);
            Used += bytes;
            return region;
        }
    }

    /// <summary>
    /// After a launch without the check nobody knows which bytes were written: all count as
    /// written.
    /// </summary>
    public void ForgetValid() => regions.ForEach(region => region.ForgetValid());

    /// <summary>Epochs begin again.</summary>
    public void ForgetRaces() => regions.ForEach(region => region.ForgetRaces());

    /// <summary>False when the address is not the start of a live allocation.</summary>
    public bool Free(ulong address)
    {
        int index = IndexOf(address);
        if (index < 0 || regions[index].Start != address)
        {
            return false;
        }
        MemoryRegion region = regions[index];
        freed.Add((region.Start, region.Bytes, region.Name));
        regions.RemoveAt(index);
        Used -= region.Bytes;
        region.Dispose();
        return true;
    }

    /// <summary>The allocation that holds all the bytes, or null.</summary>
    public MemoryRegion? Find(ulong address, ulong bytes)
    {
        int index = IndexOf(address);
        if (index < 0)
        {
            return null;
        }
        MemoryRegion region = regions[index];
        ulong offset = address - region.Start;
        return offset <= region.Bytes && region.Bytes - offset >= bytes ? region : null;
    }

    /// <summary>Name of the freed allocation around the address, or null.</summary>
    public string? FindFreed(ulong address)
    {
        foreach ((ulong start, ulong bytes, string name) in freed)
        {
            if (address - start < bytes)
            {
                return name;
            }
        }
        return null;
    }

    /// <summary>
    /// Nearest allocation and how far the first byte outside lies past or before it.
    /// </summary>
    public (string? Name, long Distance) Nearest(ulong address)
    {
        string? name = null;
        long best = long.MaxValue;
        foreach (MemoryRegion region in regions)
        {
            ulong end = region.Start + region.Bytes;
            bool before = address < region.Start;
            long distance = before ? (long)(address - region.Start) : (long)(address - end);
            distance = !before && address < end ? 0 : distance;
            long apart = Math.Abs(distance);
            if (apart < Math.Abs(best))
            {
                (name, best) = (region.Name, distance);
            }
        }
        return (name, name is null ? 0 : best);
    }

    public IReadOnlyList<MemoryRegion> Regions => regions;

    public void Dispose()
    {
        regions.ForEach(region => region.Dispose());
        regions.Clear();
    }

    private int IndexOf(ulong address)
    {
        int low = 0;
        int high = regions.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) >> 1;
            if (regions[middle].Start <= address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }
        return high;
    }
}

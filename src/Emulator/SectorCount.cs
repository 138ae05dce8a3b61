using System.Numerics;
using System.Runtime.CompilerServices;

namespace Robustness.Emulator;

/// <summary>Sectors of 32 bytes and passes over 32 shared banks of 4 bytes.</summary>
internal static unsafe class SectorCount
{
    /// <summary>Distinct sectors that the lanes touch; regions begin at sector borders.</summary>
    [SkipLocalsInit]
    public static int Distinct(in WarpAccess access)
    {
        ulong* offsets = access.Offsets;
        ulong size = (ulong)access.Bytes - 1;
        if (access.Pattern != AccessPattern.Any)
        {
            ulong last = access.Pattern == AccessPattern.One ? offsets[0] : offsets[31];
            return (int)(((last + size) >> 5) - (offsets[0] >> 5)) + 1;
        }
        Span<ulong> found = stackalloc ulong[64];
        int count = 0;
        ulong previous = ulong.MaxValue;
        for (uint rest = access.Mask; rest != 0; rest &= rest - 1)
        {
            ulong offset = offsets[BitOperations.TrailingZeroCount(rest)];
            if ((offset >> 5) == previous && (offset + size) >> 5 == previous)
            {
                continue;
            }
            previous = (offset + size) >> 5;
            ulong last = (offset + size) >> 5;
            for (ulong sector = offset >> 5; sector <= last; sector++)
            {
                if (!found[..count].Contains(sector))
                {
                    found[count++] = sector;
                }
            }
        }
        return count;
    }

    /// <summary>Notes the sectors in the region's lists of sectors read and written.</summary>
    public static void Mark(in WarpAccess access)
    {
        access.Region.TrackSectors();
        bool load = access.Kind == FaultAccess.Load;
        byte* marks = load ? access.Region.ReadSectors : access.Region.WrittenSectors;
        for (uint rest = access.Mask; rest != 0; rest &= rest - 1)
        {
            ulong offset = access.Offsets[BitOperations.TrailingZeroCount(rest)];
            marks[offset >> 5] = 1;
            marks[(offset + (ulong)access.Bytes - 1) >> 5] = 1;
        }
    }

    /// <summary>Passes beyond the ideal 1, 2 or 4 for 4, 8 or 16 bytes a lane.</summary>
    [SkipLocalsInit]
    public static int Conflicts(in WarpAccess access)
    {
        if (access.Pattern != AccessPattern.Any)
        {
            return 0;
        }
        int lanes = Math.Min(32, 32 / Math.Max(1, access.Bytes / 4));
        int conflicts = 0;
        Span<ulong> words = stackalloc ulong[64];
        Span<int> banks = stackalloc int[32];
        for (int first = 0; first < 32; first += lanes)
        {
            int count = 0;
            int most = 1;
            ulong previous = ulong.MaxValue;
            banks.Clear();
            for (int lane = first; lane < first + lanes; lane++)
            {
                if ((access.Mask >> lane & 1) == 0)
                {
                    continue;
                }
                ulong offset = access.Offsets[lane];
                if (offset == previous)
                {
                    continue;
                }
                previous = offset;
                ulong last = (offset + (ulong)access.Bytes - 1) >> 2;
                for (ulong word = offset >> 2; word <= last; word++)
                {
                    if (!words[..count].Contains(word))
                    {
                        words[count++] = word;
                        most = Math.Max(most, ++banks[(int)(word & 31)]);
                    }
                }
            }
            conflicts += most - 1;
        }
        return conflicts;
    }
}

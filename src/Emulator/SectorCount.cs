namespace Robustness.Emulator;

/// <summary>Sectors of 32 bytes and passes over 32 shared banks of 4 bytes.</summary>
internal static unsafe class SectorCount
{
    public static int Distinct(ulong* addresses, uint mask, int bytes)
    {
        Span<ulong> found = stackalloc ulong[64];
        int count = 0;
        for (int lane = 0; lane < 32; lane++)
        {
            ulong last = (addresses[lane] + (ulong)bytes - 1) >> 5;
            for (
                ulong sector = addresses[lane] >> 5;
                (mask >> lane & 1) != 0 && sector <= last;
                sector++
            )
            {
                if (!found[..count].Contains(sector))
                {
                    found[count++] = sector;
                }
            }
        }
        return count;
    }

    public static void Add(HashSet<ulong> set, ulong* addresses, uint mask, int bytes)
    {
        for (int lane = 0; lane < 32; lane++)
        {
            if ((mask >> lane & 1) != 0)
            {
                set.Add(addresses[lane] >> 5);
                set.Add((addresses[lane] + (ulong)bytes - 1) >> 5);
            }
        }
    }

    /// <summary>Passes beyond the ideal 1, 2 or 4 for 4, 8 or 16 bytes a lane.</summary>
    public static int Conflicts(ulong* addresses, uint mask, int bytes)
    {
        int lanes = 32 / Math.Max(1, bytes / 4);
        int conflicts = 0;
        Span<ulong> words = stackalloc ulong[64];
        Span<int> banks = stackalloc int[32];
        for (int first = 0; first < 32; first += lanes)
        {
            int count = 0;
            int most = 1;
            banks.Clear();
            for (int lane = first; lane < first + lanes; lane++)
            {
                ulong last = (addresses[lane] + (ulong)bytes - 1) >> 2;
                for (
                    ulong word = addresses[lane] >> 2;
                    (mask >> lane & 1) != 0 && word <= last;
                    word++
                )
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

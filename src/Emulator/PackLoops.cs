namespace Robustness.Emulator;

/// <summary>Packs registers into wider ones and takes them apart.</summary>
internal static unsafe class PackLoops
{
    public static void Pack(Warp warp, Op* op, uint mask)
    {
        for (int lane = 0; lane < 32; lane++)
        {
            if ((mask >> lane & 1) == 0)
            {
                continue;
            }
            ulong value = 0;
            for (int i = 0; i < op->Count; i++)
            {
                ulong part = ((uint*)(warp.R + op->X[i]))[lane];
                part &= op->Mode == 4 ? uint.MaxValue : (1UL << (8 * op->Mode)) - 1;
                value |= part << (8 * op->Mode * i);
            }
            if (op->Width == 8)
            {
                ((ulong*)(warp.R + op->D))[lane] = value;
            }
            else
            {
                ((uint*)(warp.R + op->D))[lane] = (uint)value;
            }
        }
    }

    public static void Unpack(Warp warp, Op* op, uint mask)
    {
        for (int lane = 0; lane < 32; lane++)
        {
            ulong value =
                op->Width == 8 ? ((ulong*)(warp.R + op->D))[lane] : ((uint*)(warp.R + op->D))[lane];
            for (int i = 0; i < op->Count && (mask >> lane & 1) != 0; i++)
            {
                if (op->X[i] >= 0)
                {
                    ulong part = value >> (8 * op->Mode * i);
                    part &= op->Mode == 4 ? uint.MaxValue : (1UL << (8 * op->Mode)) - 1;
                    ((uint*)(warp.R + op->X[i]))[lane] = (uint)part;
                }
            }
        }
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Robustness.Emulator;

/// <summary>Copies the lanes of a mask from one slot to another.</summary>
internal static unsafe class LaneBlend
{
    public static void Narrow(byte* to, byte* from, uint mask)
    {
        for (int lane = 0; lane < 32; lane += 8)
        {
            Vector256<uint> pick = Lanes8(mask >> lane);
            Vector256<uint> old = Vector256.Load((uint*)to + lane);
            Vector256<uint> value = Vector256.Load((uint*)from + lane);
            Vector256.ConditionalSelect(pick, value, old).Store((uint*)to + lane);
        }
    }

    public static void Wide(byte* to, byte* from, uint mask)
    {
        for (int lane = 0; lane < 32; lane += 4)
        {
            Vector256<ulong> pick = Lanes4(mask >> lane);
            Vector256<ulong> old = Vector256.Load((ulong*)to + lane);
            Vector256<ulong> value = Vector256.Load((ulong*)from + lane);
            Vector256.ConditionalSelect(pick, value, old).Store((ulong*)to + lane);
        }
    }

    /// <summary>All ones where the low eight bits are set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Lanes8(uint bits)
    {
        Vector256<uint> one = Vector256.Create(1u, 2, 4, 8, 16, 32, 64, 128);
        return Vector256.Equals(Vector256.Create(bits) & one, one);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Lanes4(ulong bits)
    {
        Vector256<ulong> one = Vector256.Create(1ul, 2, 4, 8);
        return Vector256.Equals(Vector256.Create(bits) & one, one);
    }
}

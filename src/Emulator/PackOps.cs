using System.Globalization;

namespace Robustness.Emulator;

/// <summary>cvt.pack: two clamped integers side by side, in front of what c holds.</summary>
internal static unsafe class PackOps
{
    public static bool TryDecode(InstructionReader reader, ref Op op)
    {
        if (reader.Parts is not ["cvt", "pack", "sat", var name, var from, ..])
        {
            return false;
        }
        bool known =
            name.Length > 1
            && name[0] is 'u' or 's'
            && int.TryParse(name[1..], CultureInfo.InvariantCulture, out op.Mode)
            && op.Mode is 2 or 4 or 8 or 16;
        bool whole = known && op.Mode == 16;
        if (!known || from != "s32" || (!whole && !reader.Has("b32")))
        {
            throw reader.Fail("numbers of 2, 4, 8 or 16 bits from .s32 expected");
        }
        _ = reader.Has("pack") & reader.Has("sat") & reader.Has(name) & reader.Has(from);
        reader.Expect(whole ? 3 : 4);
        op.Class = OpClass.Conversion;
        op.Count = name[0] == 's' ? 1 : 0;
        ArithmeticDecoder.Same(reader, ref op, PtxType.S32);
        op.C = whole ? reader.Layout.Constant(0, false) : op.C;
        op.Lanes = &Run;
        return true;
    }

    private static void Run(byte* d, byte* a, byte* b, byte* c, Op* op)
    {
        int bits = op->Mode;
        int low = op->Count == 1 ? -(1 << (bits - 1)) : 0;
        int high = op->Count == 1 ? (1 << (bits - 1)) - 1 : (1 << bits) - 1;
        uint mask = (1u << bits) - 1;
        for (int lane = 0; lane < 32; lane++)
        {
            uint first = (uint)Math.Clamp(((int*)a)[lane], low, high) & mask;
            uint second = (uint)Math.Clamp(((int*)b)[lane], low, high) & mask;
            ulong rest = (ulong)((uint*)c)[lane] << (2 * bits);
            ((uint*)d)[lane] = (uint)(rest | (first << bits) | second);
        }
    }
}

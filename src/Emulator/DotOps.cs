namespace Robustness.Emulator;

/// <summary>Dot products of bytes (dp4a, dp2a) and products of 24-bit numbers.</summary>
internal static unsafe class DotOps
{
    private const int SignedA = 1;
    private const int SignedB = 2;
    private const int Upper = 4;

    public static bool TryDecode(InstructionReader reader, ref Op op)
    {
        string name = reader.Parts[0];
        if (name is not ("dp4a" or "dp2a" or "mul24" or "mad24"))
        {
            return false;
        }
        op.Class = OpClass.Integer;
        PtxType first = reader.Type();
        if (first is not (PtxType.S32 or PtxType.U32))
        {
            throw reader.Fail("types are .u32 and .s32");
        }
        bool high = reader.Has("hi");
        _ = reader.Has("lo");
        op.Mode = first == PtxType.S32 ? SignedA : 0;
        op.Mode |= high ? Upper : 0;
        if (name is "mul24" or "mad24")
        {
            reader.Expect(name == "mul24" ? 3 : 4);
            ArithmeticDecoder.Same(reader, ref op, first);
            op.C = name == "mul24" ? reader.Layout.Constant(0, false) : op.C;
            bool clamps = name == "mad24" && high && first == PtxType.S32 && reader.Has("sat");
            op.Count = clamps ? 1 : 0;
            op.Lanes = &Product24;
            return true;
        }
        reader.Expect(4);
        PtxType second = reader.Type(1);
        op.Mode |= second == PtxType.S32 ? SignedB : 0;
        ArithmeticDecoder.Same(reader, ref op, first);
        op.Lanes = name == "dp4a" ? &Dot4 : &Dot2;
        return true;
    }

    private static void Product24(byte* d, byte* a, byte* b, byte* c, Op* op)
    {
        bool signed = (op->Mode & SignedA) != 0;
        int shift = (op->Mode & Upper) != 0 ? 16 : 0;
        for (int lane = 0; lane < 32; lane++)
        {
            long x = signed ? ((int*)a)[lane] << 8 >> 8 : ((uint*)a)[lane] & 0xFFFFFF;
            long y = signed ? ((int*)b)[lane] << 8 >> 8 : ((uint*)b)[lane] & 0xFFFFFF;
            long sum = ((x * y) >> shift) + ((int*)c)[lane];
            bool clamps = op->Count == 1;
            ((uint*)d)[lane] = (uint)(clamps ? Math.Clamp(sum, int.MinValue, int.MaxValue) : sum);
        }
    }

    private static void Dot4(byte* d, byte* a, byte* b, byte* c, Op* op)
    {
        for (int lane = 0; lane < 32; lane++)
        {
            uint sum = ((uint*)c)[lane];
            for (int i = 0; i < 4; i++)
            {
                sum += (uint)(
                    Byte(((uint*)a)[lane], i, SignedA, op) * Byte(((uint*)b)[lane], i, SignedB, op)
                );
            }
            ((uint*)d)[lane] = sum;
        }
    }

    /// <summary>Two 16-bit numbers of a with the lower or upper two bytes of b.</summary>
    private static void Dot2(byte* d, byte* a, byte* b, byte* c, Op* op)
    {
        int first = (op->Mode & Upper) != 0 ? 2 : 0;
        for (int lane = 0; lane < 32; lane++)
        {
            uint x = ((uint*)a)[lane];
            uint sum = ((uint*)c)[lane];
            for (int i = 0; i < 2; i++)
            {
                int half =
                    (op->Mode & SignedA) != 0 ? (short)(x >> (16 * i)) : (ushort)(x >> (16 * i));
                sum += (uint)(half * Byte(((uint*)b)[lane], first + i, SignedB, op));
            }
            ((uint*)d)[lane] = sum;
        }
    }

    private static int Byte(uint word, int index, int sign, Op* op) =>
        (op->Mode & sign) != 0 ? (sbyte)(word >> (8 * index)) : (byte)(word >> (8 * index));
}

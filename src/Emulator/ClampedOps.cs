namespace Robustness.Emulator;

/// <summary>
/// Integer arithmetic that clamps (.sat), that cuts off below zero (.relu) and that works on two
/// 16-bit numbers in one register.
/// </summary>
internal static unsafe class ClampedOps
{
    private const int Signed = 1;
    private const int Relu = 2;

    public static bool TryDecode(InstructionReader reader, ref Op op)
    {
        string name = reader.Parts[0];
        if (name is not ("add" or "sub" or "mad" or "min" or "max"))
        {
            return false;
        }
        PtxType type = reader.Type();
        bool pair = type is PtxType.U16x2 or PtxType.S16x2;
        bool clamps = type == PtxType.S32 && Array.IndexOf(reader.Parts, "sat") > 0;
        bool cuts = type == PtxType.S32 && Array.IndexOf(reader.Parts, "relu") > 0;
        if (!pair && !clamps && !cuts)
        {
            return false;
        }
        op.Class = OpClass.Integer;
        reader.Expect(name == "mad" ? 4 : 3);
        ArithmeticDecoder.Same(reader, ref op, type);
        op.Mode = type is PtxType.S16x2 or PtxType.S32 ? Signed : 0;
        bool extreme = name is "min" or "max";
        op.Mode |= extreme && op.Mode != 0 && reader.Has("relu") ? Relu : 0;
        op.Lanes = (name, pair) switch
        {
            ("add", true) => &Add2,
            ("min", true) => &Min2,
            ("max", true) => &Max2,
            ("min", false) when cuts => &MinRelu,
            ("max", false) when cuts => &MaxRelu,
            ("add", false) when clamps => &LaneLoops.Binary<ClampedAdd, int, int, int>,
            ("sub", false) when clamps => &LaneLoops.Binary<ClampedSubtract, int, int, int>,
            ("mad", false) when clamps && reader.Has("hi") => &LaneLoops.Ternary<
                ClampedProduct,
                int,
                int,
                int,
                int
            >,
            _ => throw reader.Fail("this form does not exist for the type"),
        };
        _ = clamps && reader.Has("sat");
        return true;
    }

    private static void Add2(byte* d, byte* a, byte* b, byte* c, Op* op)
    {
        for (int lane = 0; lane < 32; lane++)
        {
            uint x = ((uint*)a)[lane];
            uint y = ((uint*)b)[lane];
            uint low = (x + y) & 0xFFFF;
            ((uint*)d)[lane] = (((x >> 16) + (y >> 16)) << 16) | low;
        }
    }

    private static void Min2(byte* d, byte* a, byte* b, byte* c, Op* op) =>
        Pairs(d, a, b, op, smaller: true);

    private static void Max2(byte* d, byte* a, byte* b, byte* c, Op* op) =>
        Pairs(d, a, b, op, smaller: false);

    private static void Pairs(byte* d, byte* a, byte* b, Op* op, bool smaller)
    {
        bool signed = (op->Mode & Signed) != 0;
        int least = (op->Mode & Relu) != 0 ? 0 : int.MinValue;
        for (int lane = 0; lane < 32; lane++)
        {
            uint result = 0;
            for (int shift = 0; shift < 32; shift += 16)
            {
                int x = Half(((uint*)a)[lane] >> shift, signed);
                int y = Half(((uint*)b)[lane] >> shift, signed);
                int chosen = Math.Max(smaller ? Math.Min(x, y) : Math.Max(x, y), least);
                result |= ((uint)chosen & 0xFFFF) << shift;
            }
            ((uint*)d)[lane] = result;
        }
    }

    private static int Half(uint word, bool signed) => signed ? (short)word : (ushort)word;

    private static void MinRelu(byte* d, byte* a, byte* b, byte* c, Op* op)
    {
        for (int lane = 0; lane < 32; lane++)
        {
            ((int*)d)[lane] = Math.Max(0, Math.Min(((int*)a)[lane], ((int*)b)[lane]));
        }
    }

    private static void MaxRelu(byte* d, byte* a, byte* b, byte* c, Op* op)
    {
        for (int lane = 0; lane < 32; lane++)
        {
            ((int*)d)[lane] = Math.Max(0, Math.Max(((int*)a)[lane], ((int*)b)[lane]));
        }
    }
}

internal readonly struct ClampedAdd : IBinary<int, int, int>
{
    public static int Of(int a, int b) => (int)Math.Clamp((long)a + b, int.MinValue, int.MaxValue);
}

internal readonly struct ClampedSubtract : IBinary<int, int, int>
{
    public static int Of(int a, int b) => (int)Math.Clamp((long)a - b, int.MinValue, int.MaxValue);
}

/// <summary>mad.hi.sat: the upper word of the product, plus c.</summary>
internal readonly struct ClampedProduct : ITernary<int, int, int, int>
{
    public static int Of(int a, int b, int c) =>
        (int)Math.Clamp((((long)a * b) >> 32) + c, int.MinValue, int.MaxValue);
}

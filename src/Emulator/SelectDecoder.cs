namespace Robustness.Emulator;

/// <summary>Decodes set, slct, testp, copysign, isspacep and fns.</summary>
internal static unsafe class SelectDecoder
{
    public static bool TryDecode(InstructionReader reader, ref Op op)
    {
        switch (reader.Parts[0])
        {
            case "slct":
                Select(reader, ref op);
                return true;
            case "testp":
                Test(reader, ref op);
                return true;
            case "copysign":
                CopySign(reader, ref op);
                return true;
            case "isspacep":
                InSpace(reader, ref op);
                return true;
            case "fns" or "szext" or "bmsk":
                Words(reader, ref op, reader.Parts[0]);
                return true;
            default:
                return false;
        }
    }

    private static void Select(InstructionReader reader, ref Op op)
    {
        PtxType type = reader.Type();
        PtxType by = reader.Type(1);
        reader.Expect(4);
        op.Class = OpClass.Integer;
        op.Mode = reader.Has("ftz") ? 1 : 0;
        ArithmeticDecoder.Result(reader, ref op, type);
        op.A = reader.Operand(1, type);
        op.B = reader.Operand(2, type);
        op.C = reader.Operand(3, by);
        bool wide = FrameLayout.Width(type) == 8;
        op.Lanes = by switch
        {
            PtxType.S32 when wide => &SelectLoops.BySign<ulong>,
            PtxType.S32 => &SelectLoops.BySign<uint>,
            PtxType.F32 when wide => &SelectLoops.BySingle<ulong>,
            PtxType.F32 => &SelectLoops.BySingle<uint>,
            _ => throw reader.Fail("the last operand is .s32 or .f32"),
        };
    }

    private static void Test(InstructionReader reader, ref Op op)
    {
        PtxType type = reader.Type();
        reader.Expect(2);
        op.Class = OpClass.Float;
        string[] names = ["finite", "infinite", "number", "notanumber", "normal", "subnormal"];
        op.Mode = Array.FindIndex(names, reader.Has);
        if (op.Mode < 0)
        {
            throw reader.Fail("the class is missing");
        }
        op.D = reader.Destination(reader.Source.Operands[0], PtxType.Pred);
        op.A = reader.Operand(1, type);
        op.B = op.A;
        op.C = op.A;
        op.Lanes = type switch
        {
            PtxType.F32 => &SelectLoops.Test<float>,
            PtxType.F64 => &SelectLoops.Test<double>,
            _ => throw reader.Fail("unsupported type"),
        };
    }

    private static void CopySign(InstructionReader reader, ref Op op)
    {
        PtxType type = reader.Type();
        reader.Expect(3);
        op.Class = OpClass.Float;
        ArithmeticDecoder.Same(reader, ref op, type);
        op.Lanes = type switch
        {
            PtxType.F32 => &SelectLoops.CopySign<uint>,
            PtxType.F64 => &SelectLoops.CopySign<ulong>,
            _ => throw reader.Fail("unsupported type"),
        };
    }

    private static void InSpace(InstructionReader reader, ref Op op)
    {
        reader.Expect(2);
        op.Class = OpClass.Integer;
        op.Imm =
            reader.HasAny("shared", "shared::cta", "shared::cluster") ? 1
            : reader.Has("local") ? 2
            : reader.HasAny("param", "param::entry") ? 3
            : reader.Has("global") ? 0
            : reader.Has("const") ? -1
            : throw reader.Fail("the space is missing");
        op.D = reader.Destination(reader.Source.Operands[0], PtxType.Pred);
        op.A = reader.Operand(1, PtxType.U64);
        op.B = op.A;
        op.C = op.A;
        op.Lanes = &SelectLoops.InSpace;
    }

    private static void Words(InstructionReader reader, ref Op op, string name)
    {
        PtxType type = reader.Type();
        reader.Expect(name == "fns" ? 4 : 3);
        op.Class = OpClass.Integer;
        if (FrameLayout.Width(type) != 4)
        {
            throw reader.Fail("unsupported type");
        }
        bool clamp = reader.Has("clamp");
        _ = reader.Has("wrap");
        op.Mode = (clamp ? 1 : 0) | (type == PtxType.S32 ? 2 : 0);
        ArithmeticDecoder.Same(reader, ref op, type);
        op.Lanes = name switch
        {
            "fns" => &SelectLoops.FindNthSet,
            "szext" => &SelectLoops.Extend,
            _ => &SelectLoops.Mask,
        };
    }
}
